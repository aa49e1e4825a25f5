//! What runs learn of Flickr's habits, where no documentation says so: what is believed, and from when on.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use flickr_model::{Media, Promise};
use photo_archive::{Archive, Habit, Written};

use crate::SyncError;

/// What was learned so far; shared by all downloads of a run.
#[derive(Debug, Default)]
pub(crate) struct Habits {
    etags_are_md5: AtomicBool,
    dimensions_were_right: AtomicBool,
    /// Pictures of this run that had the listed dimensions, and those that had not.
    right: AtomicU32,
    wrong: AtomicU32,
}

/// So many pictures have to have the listed dimensions before these speak against a picture.
const ENOUGH: u32 = 20;

/// Of so many, one may have had others.
const SELDOM: u32 = 10;

impl Habits {
    /// What earlier runs learned.
    pub(crate) fn recall(archive: &Archive) -> Result<Self, SyncError> {
        Ok(Self {
            etags_are_md5: archive.knows(Habit::ETagsAreMd5)?.into(),
            dimensions_were_right: archive.knows(Habit::ListedDimensionsAreRight)?.into(),
            ..Self::default()
        })
    }

    /// Keeps for later runs what is new.
    pub(crate) fn remember(&self, archive: &mut Archive) -> Result<(), SyncError> {
        for (habit, is_so) in [
            (Habit::ETagsAreMd5, self.etags_are_md5()),
            (Habit::ListedDimensionsAreRight, self.lists_right_dimensions()),
        ] {
            if is_so && !archive.knows(habit)? {
                archive.learned(habit)?;
            }
        }
        Ok(())
    }

    /// Whether `ETag`s of this image host were seen to be MD5s; from then on a wrong one is a wrong body.
    pub(crate) fn etags_are_md5(&self) -> bool {
        self.etags_are_md5.load(Ordering::Relaxed)
    }

    /// Whether pictures were seen to have the dimensions of the listing; from then on one of others is another picture.
    pub(crate) fn lists_right_dimensions(&self) -> bool {
        self.dimensions_were_right.load(Ordering::Relaxed)
            || are_trusted(self.right.load(Ordering::Relaxed), self.wrong.load(Ordering::Relaxed))
    }

    /// Learns from a body that was accepted.
    pub(crate) fn see(&self, promise: &Promise, written: &Written) {
        if promise.etag.is_some() && written.md5() == promise.etag {
            self.etags_are_md5.store(true, Ordering::Relaxed);
        }
        // Of a video the listing gives the size of its still.
        if promise.media == Media::Photo
            && let (Some(found), Some(listed)) = (written.dimensions(), promise.dimensions)
        {
            let is_right = found == listed || (found.1, found.0) == listed;
            let count = if is_right { &self.right } else { &self.wrong };
            count.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn are_trusted(right: u32, wrong: u32) -> bool {
    right >= ENOUGH && u64::from(wrong) * u64::from(SELDOM) <= u64::from(right)
}

#[cfg(test)]
mod tests {
    use super::are_trusted;

    #[test]
    fn dimensions_are_trusted_after_many_that_were_right_and_hardly_one_that_was_not() {
        assert!(!are_trusted(0, 0) && !are_trusted(19, 0), "too few to say");
        assert!(are_trusted(20, 0) && are_trusted(20, 2));
        assert!(!are_trusted(20, 3) && !are_trusted(500, 51));
    }
}
