//! `replay DIR` decodes every recorded reply of a folder with the types the program uses, and says for each
//! method how many could be read. The method of a file is its name up to `--`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "an example is a program of its own")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use flickr_client::{Decoded, Recording, decode_recording};

/// What became of the recordings of one method.
#[derive(Default)]
struct Tally {
    answers: u32,
    refusals: u32,
    not_used: u32,
    failures: Vec<(String, String)>,
}

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1) else {
        eprintln!("usage: replay DIR");
        return ExitCode::from(2);
    };
    match replay(Path::new(&folder)) {
        Ok(tallies) => report(&tallies),
        Err(error) => {
            eprintln!("{}: {error}", Path::new(&folder).display());
            ExitCode::from(2)
        }
    }
}

fn replay(folder: &Path) -> std::io::Result<BTreeMap<String, Tally>> {
    let statuses = statuses(folder);
    let mut paths: Vec<_> = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    paths.sort_by_key(std::fs::DirEntry::file_name);
    let mut tallies = BTreeMap::<String, Tally>::new();
    for entry in paths {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_recording = name.contains("--") || name.ends_with(".json");
        if !is_recording || !entry.file_type()?.is_file() {
            continue;
        }
        let method = name.split_once("--").map_or_else(|| name.clone(), |(method, _)| method.to_owned());
        let body = std::fs::read(entry.path())?;
        let recording = Recording { method: &method, status: statuses.get(&name).copied(), body: &body };
        let tally = tallies.entry(method.clone()).or_default();
        match decode_recording(&recording) {
            Ok(Decoded::Answer(_)) => tally.answers += 1,
            Ok(Decoded::Refusal(_)) => tally.refusals += 1,
            Ok(Decoded::NotUsed(_)) => tally.not_used += 1,
            Err(reason) => tally.failures.push((name, reason)),
        }
    }
    Ok(tallies)
}

/// Reads the HTTP statuses from `INDEX.tsv`, by the names of its columns, where there is one.
fn statuses(folder: &Path) -> BTreeMap<String, u16> {
    let index = std::fs::read_to_string(folder.join("INDEX.tsv")).unwrap_or_default();
    let mut lines = index.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let column = |name: &str| header.iter().position(|title| *title == name);
    let (Some(file), Some(status)) = (column("file"), column("http_status")) else { return BTreeMap::new() };
    let read = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        Some(((*cells.get(file)?).to_owned(), cells.get(status)?.parse().ok()?))
    };
    lines.filter_map(read).collect()
}

fn report(tallies: &BTreeMap<String, Tally>) -> ExitCode {
    let mut sum = Tally::default();
    println!("{:>8} {:>8} {:>8} {:>8}  method", "answers", "refusals", "not used", "failed");
    for (method, tally) in tallies {
        let (answers, refusals, not_used) = (tally.answers, tally.refusals, tally.not_used);
        println!("{answers:>8} {refusals:>8} {not_used:>8} {:>8}  {method}", tally.failures.len());
        sum.answers += answers;
        sum.refusals += refusals;
        sum.not_used += not_used;
        sum.failures.extend(tally.failures.iter().cloned());
    }
    let decoded = sum.answers + sum.refusals;
    println!(
        "{decoded} decoded ({} answers, {} refusals), {} not used by the program, {} failed",
        sum.answers,
        sum.refusals,
        sum.not_used,
        sum.failures.len()
    );
    for (name, reason) in &sum.failures {
        println!("failed: {name}: {reason}");
    }
    if sum.failures.is_empty() && decoded > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
