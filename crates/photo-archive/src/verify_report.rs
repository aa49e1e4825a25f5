//! What a verification found: one finding for each thing that is not as it should be, and how many of each kind.

use flickr_model::PhotoId;

/// How far a verification has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct VerifyProgress {
    /// Files looked at.
    pub files: u64,
    /// Bytes of them.
    pub bytes: u64,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// Files looked at: photos, videos, stills, sidecars and papers.
    pub files: u64,
    /// Bytes of them.
    pub bytes: u64,
    /// What is not as it should be, by path, the first 10,000.
    pub findings: Vec<Finding>,
    /// How much there is of each kind, in the order of [`Trouble::ALL`].
    counts: [u64; Trouble::ALL.len()],
}

/// One thing that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// From the archive's root; a folder ends in `/`.
    pub path: String,
    /// What is wrong.
    pub what: Trouble,
    /// In words, as the end of a sentence.
    pub detail: String,
    /// Whose file it is, where a record says so.
    pub photo: Option<PhotoId>,
    /// Under which path the file lies instead, for a misnamed one.
    pub lies_at: Option<String>,
}

/// What can be wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// Its bytes are not those that were written.
    Damaged,
    /// It is recorded and not there.
    Missing,
    /// Another program changed it: it is whole, of another length, and was written later.
    Edited,
    /// It is there under a name that differs in case or in the form of its letters.
    Misnamed,
    /// It is half a file of an interrupted run; the next run removes it.
    HalfWritten,
    /// It was left behind the times by an interrupted run; the next run mends it.
    Stale,
    /// It is there and in no record; nobody touches it.
    Foreign,
}

impl Trouble {
    /// All kinds, the worst first.
    pub const ALL: [Self; 7] = [
        Self::Damaged,
        Self::Missing,
        Self::Edited,
        Self::Misnamed,
        Self::HalfWritten,
        Self::Stale,
        Self::Foreign,
    ];

    /// Whether something that was backed up is lost or wrong.
    #[must_use]
    pub fn is_damage(self) -> bool {
        matches!(self, Self::Damaged | Self::Missing | Self::Edited | Self::Misnamed)
    }

    /// The word for it in output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Damaged => "damaged",
            Self::Missing => "missing",
            Self::Edited => "edited",
            Self::Misnamed => "misnamed",
            Self::HalfWritten => "half-written",
            Self::Stale => "stale",
            Self::Foreign => "foreign",
        }
    }

    fn place(self) -> usize {
        Self::ALL.iter().position(|kind| *kind == self).unwrap_or(0)
    }
}

/// How many findings are kept; the others are counted.
pub(crate) const KEPT: usize = 10_000;

impl Finding {
    pub(crate) fn new(path: impl Into<String>, what: Trouble, detail: impl Into<String>) -> Self {
        Self { path: path.into(), what, detail: detail.into(), photo: None, lies_at: None }
    }

    pub(crate) fn of(self, photo: Option<PhotoId>) -> Self {
        Self { photo, ..self }
    }
}

impl VerifyReport {
    /// How much there is of one kind, also beyond what is listed.
    #[must_use]
    pub fn count(&self, what: Trouble) -> u64 {
        self.counts.get(what.place()).copied().unwrap_or(0)
    }

    /// Whether nothing that was backed up is lost or wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.damage() == 0
    }

    /// How much is lost or wrong.
    #[must_use]
    pub fn damage(&self) -> u64 {
        Trouble::ALL.into_iter().filter(|kind| kind.is_damage()).map(|kind| self.count(kind)).sum()
    }

    pub(crate) fn add(&mut self, finding: Finding) {
        if let Some(count) = self.counts.get_mut(finding.what.place()) {
            *count += 1;
        }
        if self.findings.len() < KEPT {
            self.findings.push(finding);
        }
    }

    pub(crate) fn saw(&mut self, bytes: u64) -> VerifyProgress {
        self.files += 1;
        self.bytes += bytes;
        VerifyProgress { files: self.files, bytes: self.bytes }
    }
}
