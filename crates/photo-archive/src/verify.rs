//! Reads the archive again and says what is not as it should be; writes nothing in it.
//!
//! Every recorded file is held to its checksum, every sidecar to the one it was last written with, and every list
//! of sums to the catalog. What is there but in no record is named as foreign. A list or a sidecar that a killed
//! run left behind the times is *stale*, which the next run mends, and no damage.
//!
//! One folder at a time: files are read by a thread for each core, and nothing is held of a folder but what is wrong
//! in it.

use std::collections::HashSet;

use flickr_model::PhotoId;
use jiff::Timestamp;
use rusqlite::params;

use crate::archive::Archive;
use crate::catalog_folders::Folder;
use crate::catalog_photos::as_count;
use crate::error::ArchiveError;
use crate::key::Key;
use crate::paper;
use crate::rebuild;
use crate::verify_files::{self, Checked, Job, Looks, Other, Reading};
use crate::verify_report::{Finding, Trouble, VerifyProgress, VerifyReport};

/// What is to be verified.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct VerifyOptions {
    /// Only whether each file is there in its recorded size; no byte is read but those of the lists.
    pub quick: bool,
    /// Only the photos of the first number's share of so many, `(1, 30)` to `(30, 30)`.
    pub subset: Option<(u32, u32)>,
    /// The moment to note in the catalog for files whose bytes are found good.
    pub verified_at: Option<Timestamp>,
}

impl Archive {
    /// Reads the archive again; see [`VerifyReport`] for what comes of it. Works without a network.
    ///
    /// # Errors
    /// When the catalog fails or a folder cannot be listed; a file that cannot be read is a finding.
    pub fn verify(
        &self,
        options: &VerifyOptions,
        progress: &mut dyn FnMut(VerifyProgress),
    ) -> Result<VerifyReport, ArchiveError> {
        let mut report = VerifyReport::default();
        let known = self.catalog.folders()?;
        let on_disk = rebuild::photo_folders(&self.root)?;
        let unknown = on_disk.iter().filter(|key| !known.iter().any(|folder| folder.path == key.as_str()));
        let ours = |key: &Key| on_disk.contains(key) || paper::FOLDERS.contains(&key.as_str());
        for folder in &known {
            let mut found = self.verify_files(folder, options, &mut report, progress)?;
            let lists = self.compare_lists(folder, &mut found)?;
            found.extend(lists);
            self.name_strays(folder.id, &Key::known(folder.path.clone()), &ours, &mut found)?;
            found.into_iter().for_each(|finding| report.add(finding));
        }
        self.catalog.forget_lines()?;
        let mut found = Vec::new();
        let papers = paper::FOLDERS.map(|folder| Key::known(folder.to_owned()));
        let papers = papers.iter().filter(|key| !known.iter().any(|folder| folder.path == key.as_str()));
        for key in unknown.chain(papers) {
            self.name_strays(-1, key, &ours, &mut found)?;
        }
        self.name_strays(-1, &Key::known("photos".to_owned()), &ours, &mut found)?;
        self.name_strays_at_the_top(&mut found)?;
        self.compare_inventory(&known, &mut found)?;
        found.into_iter().for_each(|finding| report.add(finding));
        report.findings.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(report)
    }

    /// Reads the recorded files of a folder and notes which were found good.
    fn verify_files(
        &self,
        folder: &Folder,
        options: &VerifyOptions,
        report: &mut VerifyReport,
        progress: &mut dyn FnMut(VerifyProgress),
    ) -> Result<Vec<Finding>, ArchiveError> {
        let mut bad = Vec::new();
        verify_files::check(
            &self.root,
            Reading { quick: options.quick, go_on: &|| true },
            |send| self.jobs(folder, options, send),
            |checked| {
                progress(report.saw(checked.job.bytes));
                if !matches!(checked.looks, Looks::Good) {
                    bad.push(checked);
                }
            },
        )?;
        let found = bad.into_iter().map(|checked| self.judge(checked)).collect::<Result<Vec<_>, _>>()?;
        let found: Vec<Finding> = found.into_iter().flatten().collect();
        if let (Some(at), false) = (options.verified_at, options.quick)
            && let Err(error) = self.note_verified(folder, options, at, &found)
        {
            tracing::debug!(%error, "the catalog does not take down what was verified");
        }
        Ok(found)
    }

    /// Says what is wrong with a file that does not look good.
    pub(crate) fn judge(&self, checked: Checked) -> Result<Option<Finding>, ArchiveError> {
        let Checked { job, looks } = checked;
        let damaged = |words: String| (Trouble::Damaged, words);
        let (what, detail) = match looks {
            Looks::Good | Looks::Unread => return Ok(None),
            Looks::Gone => (Trouble::Missing, "it is not there".to_owned()),
            Looks::Bad(words) => damaged(words),
            // Only a run that is under way, or was killed, can have written a sidecar that the catalog does not know.
            Looks::OtherWords if self.catalog.is_marked(job.key.parent().as_str())? => {
                (Trouble::Stale, "a run that has not ended wrote it last".to_owned())
            }
            Looks::OtherWords => damaged("it was changed: its bytes have another checksum".to_owned()),
            Looks::Other(other) => self.judge_other(&job, other)?,
        };
        Ok(Some(Finding::new(job.key.as_str(), what, detail).of(job.photo)))
    }

    /// A media file with other bytes: those of another record, the work of another program, or damage.
    fn judge_other(&self, job: &Job, other: Other) -> Result<(Trouble, String), ArchiveError> {
        let length = (other.bytes != job.bytes)
            .then(|| format!("it has {} bytes instead of {}", other.bytes, job.bytes));
        if let Some(sha256) = other.sha256
            && let Some(owner) = self.owner_of(&sha256, job.key.name())?
        {
            return Ok((Trouble::Damaged, format!("it holds the bytes of {owner}")));
        }
        // Damage keeps the date of a file, or its length, or tears its structure; a program that writes an image does
        // none of these.
        let is_later = || job.photo.and_then(|id| self.date_of(id)).is_none_or(|date| date != other.modified);
        if other.is_whole && length.is_some() && is_later() {
            return Ok((
                Trouble::Edited,
                "another program changed it: it is a whole picture with other bytes".to_owned(),
            ));
        }
        Ok((Trouble::Damaged, length.unwrap_or_else(|| "its bytes have another checksum".to_owned())))
    }

    /// The path of another recorded file with this checksum.
    fn owner_of(&self, sha256: &[u8; 32], name: &str) -> Result<Option<String>, ArchiveError> {
        self.catalog.run(|db| {
            let mut statement = db.prepare_cached(
                "SELECT folder.path || '/' || file.name FROM file JOIN photo ON photo.id = file.photo
                    JOIN folder ON folder.id = photo.folder
                 WHERE file.sha256 = ?1 AND file.name <> ?2 LIMIT 1",
            )?;
            let mut rows = statement.query(params![sha256, name])?;
            rows.next()?.map(|row| row.get(0)).transpose()
        })
    }

    /// The modification time that the files of a photo were given at their arrival, in seconds since 1970.
    fn date_of(&self, id: PhotoId) -> Option<i64> {
        let kept = self.catalog.kept(id).ok().flatten()?;
        let bytes = self.root.read(&kept.stem.json(), crate::sidecar::LARGEST).ok().flatten()?;
        let sidecar = crate::sidecar::Sidecar::read(&bytes).ok()?;
        crate::record_rows::taken(&sidecar.photo())
    }

    /// Hands out each recorded file of a folder: media files, then sidecars, then papers.
    fn jobs(
        &self,
        folder: &Folder,
        options: &VerifyOptions,
        send: &mut dyn FnMut(Job),
    ) -> Result<(), ArchiveError> {
        let (part, of) = options.subset.unwrap_or((1, 1));
        let fail = |error| self.catalog.failure(error);
        let queries = [
            "SELECT file.name, file.bytes, file.sha256, photo.id FROM photo JOIN file ON file.photo = photo.id
             WHERE photo.folder = ?1 AND (photo.id % 1000003) % ?2 = ?3 - 1 ORDER BY file.name",
            "SELECT name || '.json', json_bytes, json_sha, id FROM photo
             WHERE folder = ?1 AND json_sha IS NOT NULL AND (id % 1000003) % ?2 = ?3 - 1 ORDER BY name",
            "SELECT name, bytes, sha256, 0 FROM paper WHERE folder = ?1 AND 0 % ?2 = ?3 - 1 ORDER BY name",
        ];
        for (query, is_words) in queries.into_iter().zip([false, true, true]) {
            let mut statement = self.catalog.db.prepare_cached(query).map_err(fail)?;
            let mut rows = statement.query(params![folder.id, of.max(1), part]).map_err(fail)?;
            while let Some(row) = rows.next().map_err(fail)? {
                let name: String = row.get(0).map_err(fail)?;
                let Ok(key) = Key::parse(&format!("{}/{name}", folder.path)) else { continue };
                let bytes = as_count(row.get(1).map_err(fail)?);
                let sha256 = row.get(2).map_err(fail)?;
                let photo = PhotoId::from_number(as_count(row.get(3).map_err(fail)?));
                send(Job { key, bytes, sha256, photo, is_words });
            }
        }
        Ok(())
    }

    fn note_verified(
        &self,
        folder: &Folder,
        options: &VerifyOptions,
        at: Timestamp,
        bad: &[Finding],
    ) -> Result<(), ArchiveError> {
        let (part, of) = options.subset.unwrap_or((1, 1));
        let names: HashSet<&str> =
            bad.iter().filter_map(|finding| finding.path.rsplit_once('/')).map(|(_, name)| name).collect();
        self.catalog.transaction(|db| {
            db.execute("DELETE FROM temp.seen", [])?;
            let mut note = db.prepare_cached("INSERT OR IGNORE INTO temp.seen (name) VALUES (?1)")?;
            names.iter().try_for_each(|name| note.execute([name]).map(drop))?;
            let mut update = db.prepare_cached(
                "UPDATE file SET verified = ?4 WHERE name NOT IN (SELECT name FROM temp.seen) AND photo IN
                    (SELECT id FROM photo WHERE folder = ?1 AND (id % 1000003) % ?2 = ?3 - 1)",
            )?;
            update.execute(params![folder.id, of.max(1), part, at.as_second()]).map(drop)
        })
    }
}
