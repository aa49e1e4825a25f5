//! What a person reads: help, summary, and the words for mistakes.

use flickr_simulator::{Account, Edit};

use crate::world::World;

#[test]
fn help_names_every_command() {
    let world = World::new(Account::plain(1, 1));

    let run = world.run(&["--help"]);

    assert_eq!(run.code, 0);
    for command in ["auth", "init", "sync", "status", "verify", "rebuild"] {
        assert!(run.out.contains(command), "{}", run.out);
    }
}

#[test]
fn help_fits_a_screen_and_sets_apart_what_holds_for_every_command() {
    let world = World::new(Account::plain(1, 1));

    for command in ["auth", "init", "sync", "status", "verify", "rebuild"] {
        let run = world.run(&[command, "--help"]);

        assert_eq!(run.code, 0);
        assert!(run.out.lines().count() <= 66, "{command}: {}", run.out);
        assert!(run.out.lines().all(|line| line.chars().count() <= 100), "{command}: {}", run.out);
        let (own, everywhere) = run.out.split_once("For every command:").unwrap();
        assert!(!own.contains("--state-dir") && everywhere.contains("--state-dir"), "{command}: {}", run.out);
    }
}

#[test]
fn a_word_that_does_not_exist_is_a_usage_error() {
    let world = World::new(Account::plain(1, 1));

    assert_eq!(world.run(&["snyc"]).code, 2);
    assert_eq!(world.run(&["sync", "--downloads", "0"]).code, 2);
}

#[test]
fn the_summary_adds_up_and_standard_output_stays_clean() {
    let (_, run) = World::synced(Account::plain(1, 7));

    assert_eq!(run.out, "");
    for words in [
        "On Flickr: 7 photos, listed: 7.",
        "kept",
        "The numbers add up to Flickr's total.",
        "Complete: everything on Flickr is here.",
    ] {
        assert!(run.err.contains(words), "{}", run.err);
    }
}

#[test]
fn quiet_says_nothing_when_all_went_well() {
    let (world, _) = World::synced(Account::plain(1, 7));

    let run = world.sync(&["--quiet"]);

    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, "", ""));
}

#[test]
fn json_is_one_object_a_line_and_ends_with_the_summary() {
    let world = World::signed_in(Account::plain(1, 7));

    let run = world.sync(&["--create", "--json"]);

    let lines: Vec<serde_json::Value> =
        run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.iter().filter(|line| line["type"] == "item").count(), 7);
    assert_eq!(lines.last().unwrap()["type"], "summary");
    assert_eq!(lines.last().unwrap()["complete"], true);
}

#[test]
fn status_works_without_flickr_and_without_a_catalog() {
    let (world, _) = World::synced(Account::plain(1, 7));
    world.flickr.reset_counts();
    std::fs::remove_dir_all(world.path("state")).unwrap();

    let run = world.run(&["status", "archive"]);

    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.out.contains("Nothing that Flickr listed is missing."), "{run:?}");
    assert_eq!(world.flickr.counts().api_calls(), 0);
}

#[test]
fn a_dry_run_writes_nothing_and_tells_what_a_run_would_fetch() {
    let (world, _) = World::synced(Account::plain(1, 7));
    let before = crate::world::fingerprint(&world.archive());

    world.flickr.edit(Edit::Add { uploaded: None }).unwrap();

    let run = world.sync(&["--dry-run"]);

    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.err.contains("A run would fetch or check 1 photo."), "{run:?}");
    assert!(crate::world::fingerprint(&world.archive()) == before);
}

#[test]
fn what_flickr_sends_cannot_command_the_terminal() {
    let mut account = Account::plain(1, 5);
    account.username = "eve\u{1b}[2J\u{202e}".to_owned();
    let world = World::signed_in(account);

    let said = world.run(&["auth", "status"]);

    assert!(!said.out.contains('\u{1b}') && !said.out.contains('\u{202e}'), "{said:?}");
}
