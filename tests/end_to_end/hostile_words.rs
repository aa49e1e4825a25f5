//! Words of Flickr's that are hostile (titles, names, tags, comments, messages): they are kept as they are, name no file
//! badly, lead nowhere, command no terminal and forge no line.

use std::path::Path;
use std::process::{Command, Stdio};

use flickr_simulator::{Account, Edit, Kind, When, Where};
use serde_json::Value;

use crate::world::{Run, World, files, skipped};

const HOSTILE: [&str; 16] = [
    "../../../../tmp/flickr-backup-was-here",
    "/etc/passwd",
    "..",
    ".",
    "~",
    "-rf *",
    "CON",
    "a\0b",
    "a\nphotos/2011/07/forged.jpg\r\nINFO forged",
    "\u{1b}]0;pwned\u{7}\u{1b}[2J\u{1b}[31m",
    "\u{9b}2J\u{9d}0;pwned\u{9c}",
    "\u{1b}]8;;http://evil.example\u{1b}\\link\u{1b}]52;c;cHduZWQ=\u{7}",
    "gpj.\u{202e}exe\u{2066}\u{2069}\u{61c}\u{200f}",
    "'; DROP TABLE photo; --\" $(reboot) `reboot` %s %n {}",
    "<script>alert(1)</script>]]></rdf:li>&#0;\u{fffe}",
    "e\u{301}\u{301}\u{301}\u{200d}\u{feff}",
];

/// An account in which everything that a person can write is hostile.
fn hostile() -> World {
    let mut account = Account::plain(41, HOSTILE.len() as u64);
    account.username = "eve\u{1b}[2J\u{202e}\n../x".to_owned();
    let world = World::signed_in(account);
    let ids = world.flickr.ids();
    for (id, text) in ids.iter().zip(HOSTILE) {
        let (id, text) = (*id, text.to_owned());
        for edit in [
            Edit::Retitle { id, title: text.clone() },
            Edit::Redescribe { id, description: text.clone() },
            Edit::Tag { id, raw: text.clone() },
            Edit::Note { id, text: text.clone() },
            Edit::Comment { id, by: 3, text: text.clone() },
            Edit::CreateAlbum { title: text.clone(), photos: vec![id] },
        ] {
            world.flickr.edit(edit.clone()).unwrap_or_else(|| panic!("{edit:?}"));
        }
        let album = world.flickr.edit(Edit::CreateAlbum { title: "b".to_owned(), photos: vec![id] }).unwrap();
        world.flickr.edit(Edit::CommentAlbum { album, by: 3, text: text.clone() }).unwrap();
        world.flickr.edit(Edit::RenameAlbum { album, title: text }).unwrap();
    }
    world
}

fn sync(world: &World, more: &[&str]) -> Run {
    world.sync(&[&["--details", "full", "--sidecars", "both"], more].concat())
}

/// Nothing in an output that a terminal would obey or that turns the reading of a line.
fn assert_harmless(text: &str) {
    let is_harmful = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert!(!text.contains(is_harmful), "{text:?}");
    assert!(!text.lines().any(|line| line.starts_with("INFO forged")), "{text}");
}

#[test]
fn hostile_words_are_kept_and_name_no_file_badly() {
    let world = hostile();

    let run = sync(&world, &["--create", "-vvv"]);

    assert_eq!(run.code, 0, "{run:?}");
    for path in files(&world.archive()) {
        let path = path.strip_prefix(world.archive()).unwrap().to_str().unwrap();
        for part in path.split('/') {
            let is_plain = |c: char| !c.is_control() && !"\\:*?\"<>|$&;#%'`".contains(c);
            assert!(part.chars().all(is_plain) && part.len() < 200 && !part.starts_with('-'), "{path:?}");
            assert!(!matches!(part, "." | ".." | "CON"), "{path:?}");
        }
    }
    assert!(!Path::new("/tmp/flickr-backup-was-here").exists());
    for (id, text) in world.flickr.ids().into_iter().zip(HOSTILE) {
        let sidecar = &world.sidecars()[&id];
        let expected = world.flickr.expected(id).unwrap();
        assert_eq!(sidecar["title"].as_str(), Some(expected.title.as_str()), "{text:?}");
        assert_eq!(sidecar["description"].as_str(), Some(expected.description.as_str()), "{text:?}");
        assert!(sidecar["comments"].to_string().contains(Value::from(text).to_string().trim_matches('"')));
        assert!(world.current(sidecar) == world.flickr.original(id), "{id}");
    }
    assert_eq!(world.run(&["verify", "archive"]).code, 0);
}

#[test]
fn every_line_of_a_list_of_paths_is_a_file_of_the_archive() {
    let world = hostile();
    assert_eq!(sync(&world, &["--create"]).code, 0);

    let lists: Vec<_> = files(&world.archive().join("albums"));
    let lists = lists.iter().filter(|path| path.extension().is_some_and(|end| end == "txt"));

    let mut lines = 0;
    for list in lists {
        for line in std::fs::read_to_string(list).unwrap().lines() {
            lines += 1;
            assert!(line.starts_with("photos/") && world.archive().join(line).is_file(), "{line:?}");
        }
    }
    assert!(lines >= 2 * HOSTILE.len(), "{lines}");
}

#[test]
fn nothing_that_is_said_commands_a_terminal_or_forges_a_line() {
    let world = hostile();
    let mut runs = vec![sync(&world, &["--create", "-vvv"]), sync(&world, &["--walk-all", "--json", "-vvv"])];
    for words in [
        &["auth", "status", "-vvv"][..],
        &["status", "archive", "--json", "-vvv"],
        &["status", "archive", "--missing"],
        &["verify", "archive", "-vvv"],
        &["rebuild", "archive", "-vvv"],
    ] {
        runs.push(world.run(words));
    }
    for (number, text) in HOSTILE.into_iter().enumerate() {
        for code in [1, 98, 100, 105] {
            let on = if number % 2 == 0 {
                Where::AnyMethod
            } else {
                Where::Method("flickr.photos.getInfo".to_owned())
            };
            world.flickr.faults().clear();
            world.flickr.faults().play(on, Kind::Fail { code, message: text.to_owned() }, When::Always);
            world.flickr.edit(Edit::Touch { id: world.flickr.ids()[number] });
            runs.push(sync(&world, &["-vvv", "--patience", "1s"]));
        }
    }

    for run in runs {
        assert_harmless(&run.out);
        assert_harmless(&run.err);
        for line in run.out.lines().filter(|line| line.starts_with('{')) {
            serde_json::from_str::<Value>(line).unwrap();
        }
    }
}

#[test]
fn on_a_terminal_only_the_programs_own_sequences_arrive() {
    let world = hostile();
    let sync =
        world.command(&["sync", "archive", "--create", "--calls-per-hour", "0", "-vv", "--details", "full"]);
    let mut typed = format!("'{}'", sync.get_program().to_str().unwrap());
    sync.get_args().for_each(|word| typed.push_str(&format!(" '{}'", word.to_str().unwrap())));
    let mut script = Command::new("script");
    script.args(["-q", "-e", "-c", &typed, "/dev/null"]).env_clear();
    script
        .envs(sync.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .env("TERM", "xterm-256color");
    script.current_dir(sync.get_current_dir().unwrap()).stdin(Stdio::null());

    let output = match script.output() {
        Ok(output) => output,
        Err(error) => return skipped("script", &error),
    };

    let seen = String::from_utf8_lossy(&output.stdout);
    assert!(seen.contains("Complete"), "{seen}");
    for forbidden in ["\u{1b}]", "\u{1b}[2J", "\u{7}", "\u{9b}", "\u{9d}", "\u{202e}", "\u{2066}", "\u{61c}"]
    {
        assert!(!seen.contains(forbidden), "{forbidden:?} in {seen:?}");
    }
}
