//! One trial: a machine put back, a run disturbed, and everything that must hold then and after the next run.

use std::fs;
use std::path::Path;

use anyhow::Result;

use super::ground::{Ground, Mount, clear};
use super::proof::{self, Known};
use super::run::Run;
use super::stage::{Scene, Stage};
use super::tally::{Finding, Sin, Tally};
use super::tree::{Role, Tree};

/// What a disturbed run came to.
pub(super) struct Struck {
    /// The archive before it.
    pub(super) before: Tree,
    pub(super) run: Run,
    /// How many faults struck, and how many of them were kills or power cuts.
    pub(super) faults: u64,
    pub(super) kills: u64,
    /// What stays mounted until the trial is over.
    #[expect(dead_code, reason = "a mount ends when nobody holds it; nobody asks it anything")]
    pub(super) mounts: Vec<Mount>,
    /// Whether the program may have been ended by the fault itself, such as by the want of memory.
    pub(super) may_die: bool,
    /// What the case itself found.
    pub(super) found: Vec<Finding>,
}

impl Struck {
    /// A run that was disturbed so often, and went on or ended by itself.
    pub(super) fn by(faults: u64, before: Tree, run: Run) -> Self {
        Self { before, run, faults, kills: 0, mounts: Vec::new(), may_die: false, found: Vec::new() }
    }

    /// A run that was killed so often, by a signal or a power cut.
    pub(super) fn killed(kills: u64, before: Tree, run: Run) -> Self {
        Self { kills, may_die: true, ..Self::by(kills, before, run) }
    }
}

/// Which trial it is.
pub(super) struct Title<'a> {
    /// The case.
    pub(super) case: &'a str,
    /// Its name, which says what is done to the run.
    pub(super) name: String,
    /// The command that repeats it.
    pub(super) repeat: String,
    /// Whether the catalog is made again at its end, to see that this changes nothing.
    pub(super) looks_twice: bool,
    /// Whether it is told of even when nothing was found.
    pub(super) is_told: bool,
}

/// Judges a disturbed run, lets the next one mend what is left, and judges that; `false` when something was found.
pub(super) fn judge(
    ground: &Ground,
    stage: &Stage,
    title: &Title<'_>,
    struck: Struck,
    tally: &mut Tally,
) -> Result<bool> {
    tally.trials += 1;
    tally.faults += struck.faults;
    tally.kills += struck.kills;
    tally.unexpected += u64::from(struck.run.code == Some(1));
    let at_fault = stage.archive()?;
    let mut findings = after_the_fault(stage, &at_fault, &struck)?;
    findings.extend(struck.found.iter().cloned());
    findings.extend(after_the_next_run(stage, title, &at_fault)?);
    tally.found(&findings);
    if title.is_told {
        let run = &struck.run;
        println!("torture: {} {}: {}: {}", title.case, title.name, run.ending(), run.last_words());
    }
    if findings.is_empty() {
        return Ok(true);
    }
    println!("torture: {} {}", title.case, title.name);
    println!("  the disturbed run ended with {}: {}", struck.run.ending(), struck.run.last_words());
    for finding in findings.iter().take(12) {
        println!("  {finding}");
    }
    if findings.len() > 12 {
        println!("  and {} more", findings.len() - 12);
    }
    let kept = ground.kept().join(format!("{}-{}", title.case, title.name.replace(' ', "-")));
    keep(stage, &at_fault, &struck.run, &kept)?;
    println!("  kept in {}; again: {}", kept.display(), title.repeat);
    Ok(false)
}

fn after_the_fault(stage: &Stage, now: &Tree, struck: &Struck) -> Result<Vec<Finding>> {
    let digests = stage.digests(now)?;
    let known = Known { before: &struck.before, undisturbed: &stage.undisturbed };
    let mut findings = proof::at_this_moment(now, &digests, &known);
    findings.extend(strays(stage)?);
    let run = &struck.run;
    if run.hung {
        findings.push(Finding::new(Sin::Other, "the disturbed run never ended"));
    }
    if !struck.may_die
        && (run.code == Some(101)
            || run.err.contains("panicked at")
            || matches!(run.signal, Some(4 | 6 | 7 | 8 | 11)))
    {
        findings.push(Finding::new(Sin::Other, "the program crashed"));
    }
    if stage.scene != Scene::Rebuild && says_all(run) {
        let lacking = proof::complete(now, &digests, &stage.like());
        let untrue = lacking.into_iter().filter(|finding| finding.sin != Sin::Other);
        findings.extend(untrue.map(|finding| {
            Finding::new(
                Sin::Lie,
                format!("it ended with {} and said all is here, but {}", run.ending(), finding.what),
            )
        }));
    }
    let words = [("its output", run.out.as_bytes()), ("its messages", run.err.as_bytes())];
    let state = Tree::read(&stage.path("state"))?;
    let files = now.0.iter().chain(&state.0).map(|(path, file)| (path.as_str(), file.bytes.as_slice()));
    findings.extend(proof::secrets(files.chain(words), &stage.secrets()));
    Ok(findings)
}

/// Whether a run claims that everything is there.
fn says_all(run: &Run) -> bool {
    run.code == Some(0) || run.err.contains("Complete: everything") || run.err.contains("Everything is here")
}

/// Anything new beside the folders that are the program's.
fn strays(stage: &Stage) -> Result<Vec<Finding>> {
    let known = ["apikeys", "token", "archive", "state", "config", "lost+found", "ballast"];
    let mut findings = Vec::new();
    for entry in fs::read_dir(stage.home())? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !known.contains(&name.as_str()) {
            findings.push(Finding::new(Sin::Other, format!("{name} was written outside the archive")));
        }
    }
    Ok(findings)
}

fn after_the_next_run(stage: &Stage, title: &Title<'_>, at_fault: &Tree) -> Result<Vec<Finding>> {
    let may_fetch = proof::lacking_bytes(at_fault, &stage.undisturbed);
    stage.flickr.ask("POST", "/_simulator/reset")?;
    let next = stage.recover()?;
    let fetched = stage.flickr.counts()?.bytes;
    let now = stage.archive()?;
    let mut findings = ended_well("the next run", &next);
    findings.extend(proof::complete(&now, &stage.digests(&now)?, &stage.like()));
    if fetched > may_fetch {
        findings.push(Finding::new(
            Sin::Other,
            format!("the next run fetched {fetched} bytes where {may_fetch} were lacking"),
        ));
    }
    findings.extend(leftovers(stage)?);
    findings.extend(ended_well("verify", &stage.run(&["verify", "archive"])?));
    if !findings.is_empty() {
        return Ok(findings);
    }
    findings.extend(quiet(stage, &now, "the run after it")?);
    // A catalog made from the archive alone decides the same; one trial in eight says so. What changed about the account
    // itself is looked for every seven days, or when nobody knows when that was: an archive that was behind may gain by it.
    if title.looks_twice && stage.scene != Scene::Update {
        clear(&stage.path("state"))?;
        findings.extend(ended_well("rebuild", &stage.run(&["rebuild", "archive"])?));
        findings.extend(quiet(stage, &now, "the run after a rebuild")?);
    }
    Ok(findings)
}

/// A run that has nothing to do changes nothing and fetches nothing.
fn quiet(stage: &Stage, before: &Tree, which: &str) -> Result<Vec<Finding>> {
    stage.flickr.ask("POST", "/_simulator/reset")?;
    let run = stage.recover()?;
    let mut findings = ended_well(which, &run);
    findings.extend(proof::untouched(before, &stage.archive()?));
    let bytes = stage.flickr.counts()?.bytes;
    if bytes > 0 {
        findings
            .push(Finding::new(Sin::Other, format!("{which} fetched {bytes} bytes of files that are there")));
    }
    Ok(findings)
}

/// Half-written files that a clean run leaves, in the archive or beside the settings.
fn leftovers(stage: &Stage) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (path, _) in stage.archive()?.of(Role::Part) {
        findings.push(Finding::new(Sin::Other, format!("{path} is left")));
    }
    for folder in ["config", "state"] {
        let tree = Tree::read(&stage.path(folder))?;
        let left =
            tree.0.keys().filter(|path| path.rsplit('/').next().is_some_and(|name| name.starts_with('.')));
        findings.extend(left.map(|path| Finding::new(Sin::Other, format!("{folder}/{path} is left"))));
    }
    Ok(findings)
}

fn ended_well(which: &str, run: &Run) -> Vec<Finding> {
    if run.code == Some(0) {
        return Vec::new();
    }
    vec![Finding::new(
        Sin::Other,
        format!("{which} ended with {}: {}{}", run.ending(), run.last_words(), run.out.trim()),
    )]
}

/// Keeps what a person needs to understand a finding.
fn keep(stage: &Stage, at_fault: &Tree, disturbed: &Run, kept: &Path) -> Result<()> {
    at_fault.write(&kept.join("archive-after-the-fault"))?;
    stage.archive()?.write(&kept.join("archive-now"))?;
    stage.undisturbed.write(&kept.join("archive-undisturbed"))?;
    Tree::read(&stage.path("state"))?.write(&kept.join("state-now"))?;
    fs::write(kept.join("out"), &disturbed.out)?;
    fs::write(kept.join("err"), &disturbed.err)?;
    Ok(())
}
