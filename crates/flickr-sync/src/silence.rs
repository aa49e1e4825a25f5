//! Decides when the image host or the API is taken for gone: not for one photo that stays silent, but for many in a row.

use flickr_client::{DownloadError, FlickrError};

use crate::SyncError;
use crate::fetch::{Fetched, Got, chain};
use crate::options::Budget;

/// The photos in a row for which nothing at all came from the image host.
///
/// One such photo says nothing of the others; more than are fetched at once say that the host is gone.
pub(crate) struct Silence {
    in_a_row: usize,
    most: usize,
    last: Option<DownloadError>,
}

impl Silence {
    /// Bears as many as are fetched at once.
    pub(crate) fn bearable(downloads: usize) -> Self {
        Self { in_a_row: 0, most: downloads, last: None }
    }

    /// Looks at a batch, and says whether it has become too much. A silent photo is a failed one.
    pub(crate) fn is_too_much(&mut self, batch: &mut [Fetched]) -> bool {
        for Fetched { got, .. } in batch {
            match got {
                Got::Original(_) | Got::Lesser(..) | Got::AlreadyHere => self.in_a_row = 0,
                Got::Silence(error) => {
                    let told = Got::Failed(chain(error));
                    self.in_a_row += 1;
                    if let Got::Silence(error) = std::mem::replace(got, told) {
                        self.last = Some(error);
                    }
                }
                Got::Nothing(_) | Got::Failed(_) | Got::NotWanted | Got::Interrupted => {}
            }
        }
        self.in_a_row > self.most
    }

    /// A run that left photos untried because of it has ended for it.
    pub(crate) fn outcome(self, budget: &Budget) -> Result<(), SyncError> {
        match self.last {
            Some(error) if self.in_a_row > self.most && budget.has_refused() => Err(error.into()),
            _ => Ok(()),
        }
    }
}

/// The photos in a row of which the API told nothing at all.
pub(crate) struct Hush {
    in_a_row: usize,
    most: usize,
}

impl Hush {
    /// Bears as many as are asked about at once.
    pub(crate) fn bearable(asked_at_once: usize) -> Self {
        Self { in_a_row: 0, most: asked_at_once }
    }

    /// Looks at a batch; the error, when it has become too much.
    pub(crate) fn is_too_much(&mut self, batch: &mut [Fetched]) -> Option<FlickrError> {
        for learned in batch.iter_mut().filter_map(|fetched| fetched.learned.as_mut()) {
            match learned.silence.take() {
                Some(error) => {
                    self.in_a_row += 1;
                    if self.in_a_row > self.most {
                        return Some(error);
                    }
                }
                None if learned.details.state.is_some() => self.in_a_row = 0,
                None => {}
            }
        }
        None
    }
}
