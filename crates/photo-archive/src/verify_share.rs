//! Reads a share of the archive again, what was proven longest ago first, so that in so many runs every byte is read;
//! and tells since when all bytes are proven.
//!
//! A file is proven when it arrives, because its bytes are held to what the image host promised of them, and again each
//! time that it is read and has its checksum.

use flickr_model::PhotoId;
use jiff::Timestamp;
use rusqlite::params;

use crate::archive::Archive;
use crate::catalog_photos::{as_count, as_number, as_row_id};
use crate::error::ArchiveError;
use crate::key::Key;
use crate::verify_files::{self, Job, Looks, Reading};
use crate::verify_report::{VerifyProgress, VerifyReport};

/// How many files are looked up, read and noted together.
const ROWS: usize = 200;

/// A share of the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// One in so many bytes, and one file at least.
    pub one_in: u64,
    /// Only files that were last proven before this moment.
    pub before: Timestamp,
    /// The moment to note for files whose bytes are found good.
    pub verified_at: Timestamp,
}

/// A file that may be read, with its place in the order of the files.
struct Due {
    proven: i64,
    photo: i64,
    name: String,
    job: Job,
    words: Option<Job>,
}

impl Archive {
    /// The moment since when every byte of every photo is proven; `None` without a file.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn proven_since(&self) -> Result<Option<Timestamp>, ArchiveError> {
        let second: Option<i64> = self.catalog.run(|db| {
            let mut statement = db.prepare_cached(
                "SELECT coalesce(verified, downloaded) FROM file WHERE absent = 0
                 ORDER BY coalesce(verified, downloaded) LIMIT 1",
            )?;
            let mut rows = statement.query([])?;
            rows.next()?.map(|row| row.get(0)).transpose()
        })?;
        Ok(second.and_then(|second| Timestamp::from_second(second).ok()))
    }

    /// Reads a share of the photos with their sidecars again; writes nothing in the archive. It ends early when `go_on`
    /// says no, which is asked from any thread.
    ///
    /// # Errors
    /// When the catalog fails; a file that cannot be read is a finding.
    pub fn verify_share(
        &self,
        share: &Share,
        go_on: &(dyn Fn() -> bool + Sync),
        progress: &mut dyn FnMut(VerifyProgress),
    ) -> Result<VerifyReport, ArchiveError> {
        let mut report = VerifyReport::default();
        let all: i64 = self
            .catalog
            .run(|db| db.query_row("SELECT coalesce(sum(bytes), 0) FROM folder", [], |row| row.get(0)))?;
        let enough = as_count(all) / share.one_in.max(1);
        self.catalog.run(|db| db.execute("DELETE FROM temp.proven", []).map(drop))?;
        let mut after = (i64::MIN, 0, String::new());
        let mut taken = 0;
        while go_on() {
            let mut due = self.due(&after, share.before)?;
            let is_last = due.len() < ROWS;
            let mut few = Vec::new();
            for one in due.drain(..) {
                if taken > 0 && taken >= enough {
                    break;
                }
                taken += one.job.bytes.max(1);
                few.push(one);
            }
            let Some(last) = few.last() else { break };
            after = (last.proven, last.photo, last.name.clone());
            let is_short = few.len() < ROWS;
            self.read_again(few, go_on, &mut report, progress)?;
            if is_last || is_short {
                break;
            }
        }
        self.note_proven(share.verified_at)?;
        report.findings.sort_by(|a, b| a.path.cmp(&b.path));
        report.findings.dedup();
        Ok(report)
    }

    fn read_again(
        &self,
        due: Vec<Due>,
        go_on: &(dyn Fn() -> bool + Sync),
        report: &mut VerifyReport,
        progress: &mut dyn FnMut(VerifyProgress),
    ) -> Result<(), ArchiveError> {
        let (mut good, mut bad) = (Vec::new(), Vec::new());
        verify_files::check(
            &self.root,
            Reading { quick: false, go_on },
            |send| {
                for one in due {
                    send(one.job);
                    one.words.into_iter().for_each(&mut *send);
                }
                Ok(())
            },
            |checked| match checked.looks {
                Looks::Unread => {}
                Looks::Good => {
                    progress(report.saw(checked.job.bytes));
                    if let (false, Some(photo)) = (checked.job.is_words, checked.job.photo) {
                        good.push((photo, checked.job.key));
                    }
                }
                _ => {
                    progress(report.saw(checked.job.bytes));
                    bad.push(checked);
                }
            },
        )?;
        for checked in bad {
            self.judge(checked)?.into_iter().for_each(|finding| report.add(finding));
        }
        self.catalog.run(|db| {
            let mut note =
                db.prepare_cached("INSERT OR IGNORE INTO temp.proven (photo, name) VALUES (?1, ?2)")?;
            good.iter()
                .try_for_each(|(photo, key)| note.execute(params![as_row_id(*photo), key.name()]).map(drop))
        })
    }

    /// Notes at the end which files were found good: noted on the way, they would come behind all else and be met again.
    fn note_proven(&self, at: Timestamp) -> Result<(), ArchiveError> {
        self.catalog.transaction(|db| {
            db.execute(
                "UPDATE file SET verified = ?1 WHERE (photo, name) IN (SELECT photo, name FROM temp.proven)",
                [at.as_second()],
            )
            .map(drop)
        })
    }

    /// The next files behind a place in the order in which they were proven.
    fn due(
        &self,
        (proven, photo, name): &(i64, i64, String),
        before: Timestamp,
    ) -> Result<Vec<Due>, ArchiveError> {
        let rows: Vec<Option<Due>> = self.catalog.run(|db| {
            let mut statement = db.prepare_cached(
                "SELECT coalesce(file.verified, file.downloaded), file.photo, file.name, file.bytes, file.sha256,
                    folder.path, photo.name, photo.json_bytes, photo.json_sha
                 FROM file JOIN photo ON photo.id = file.photo JOIN folder ON folder.id = photo.folder
                 WHERE file.absent = 0 AND coalesce(file.verified, file.downloaded) >= ?1
                    AND (coalesce(file.verified, file.downloaded), file.photo, file.name) > (?1, ?2, ?3)
                    AND coalesce(file.verified, file.downloaded) < ?5
                 ORDER BY 1, 2, 3 LIMIT ?4",
            )?;
            let rows = statement.query_map(params![proven, photo, name, as_number(ROWS as u64), before.as_second()], |row| {
                let (photo, name): (i64, String) = (row.get(1)?, row.get(2)?);
                let (folder, stem): (String, String) = (row.get(5)?, row.get(6)?);
                let id = PhotoId::from_number(as_count(photo));
                let job = |name: &str, bytes: i64, sha256, is_words| {
                    let key = Key::parse(&format!("{folder}/{name}")).ok()?;
                    Some(Job { key, bytes: as_count(bytes), sha256, photo: id, is_words })
                };
                let json: Option<[u8; 32]> = row.get(8)?;
                let json_bytes = row.get(7)?;
                let words = json.and_then(|sha256| job(&format!("{stem}.json"), json_bytes, sha256, true));
                let Some(job) = job(&name, row.get(3)?, row.get(4)?, false) else { return Ok(None) };
                Ok(Some(Due { proven: row.get(0)?, photo, name, job, words }))
            })?;
            rows.collect()
        })?;
        Ok(rows.into_iter().flatten().collect())
    }
}
