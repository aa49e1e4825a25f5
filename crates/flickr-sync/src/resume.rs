//! Goes on with a body that was cut, and decides how often that is worth it.
//!
//! A line that breaks every few minutes must not keep a video of gigabytes from ever arriving: a cut that brought
//! something is no failed attempt. What is appended was asked for by name (flickr-client decides that), and the proof
//! at the end is that of a whole body.

use std::time::Duration;

use flickr_client::{Chosen, Download, DownloadError, FlickrClient, GoesOn, Source, Sources};
use flickr_model::Promise;
use photo_archive::{Incoming, Store, Written};

use crate::store::{Shelf, StoreError};
use crate::{Event, Observer};

/// Answers in a row that may bring next to nothing.
const FRUITLESS: u32 = 4;
/// Answers to one body at most; a video of 6 GB may be cut every 3 MB.
const MOST: u32 = 2000;
/// So many bytes of an answer, or this share of the whole, are worth the request.
const WORTH: u64 = 64 * 1024;
const SHARE: u64 = 100;
/// How long to wait before the rest is asked for; longer when the last answers brought nothing.
const PAUSE: Duration = Duration::from_millis(250);

/// Who brings a body, and for which photo.
pub(crate) struct Bringer<'a> {
    pub(crate) flickr: &'a FlickrClient,
    pub(crate) store: &'a Store,
    pub(crate) observer: &'a Observer,
    /// Where its address can be asked for anew, if it can.
    pub(crate) sources: Option<&'a Sources>,
    /// Whether an `ETag` that looks like an MD5 is to be taken for something else.
    pub(crate) ignore_etag: bool,
    /// Whether the listing's dimensions have proven right.
    pub(crate) trusts_dimensions: bool,
}

impl Bringer<'_> {
    /// Writes a body as it arrives, by as many answers as it takes; what is not proven whole leaves no trace.
    pub(crate) async fn bring(
        &self,
        shelf: &Shelf<'_>,
        mut download: Download,
        source: &Source,
    ) -> Result<Written, StoreError> {
        let mut incoming = self.store.incoming(shelf.id, shelf.stem, self.promise(&download))?;
        let (mut source, mut effort) = (source.clone(), Effort::default());
        while let Err(cut) = self.pour(shelf, &mut download, &mut incoming).await? {
            let total = download.promise.length.unwrap_or_default();
            let can_go_on = cut.broke_off() && (download.can_go_on() || cut.is_crawl());
            if !can_go_on || !effort.goes_on(&cut, download.arrived(), total) {
                return Err(cut.into());
            }
            tracing::debug!(id = %shelf.id, %cut, "the rest is asked for");
            tokio::time::sleep(effort.pause()).await;
            match self.go_on(&mut download, &mut source).await? {
                Ok(GoesOn::Here) => {}
                Ok(GoesOn::Afresh) => {
                    effort.begins_anew();
                    incoming.begin_again(self.promise(&download))?;
                }
                // The file was there: that its rest is not does not say that it never was.
                Err(DownloadError::NotThere { .. }) => return Err(cut.into()),
                Err(error) => return Err(error.into()),
            }
        }
        drop(download);
        Ok(incoming.finish(shelf.purpose.clone(), shelf.version, shelf.mtime)??)
    }

    /// Pours what arrives into the file; the inner error says why no more of it came.
    async fn pour(
        &self,
        shelf: &Shelf<'_>,
        download: &mut Download,
        incoming: &mut Incoming,
    ) -> Result<Result<(), DownloadError>, StoreError> {
        loop {
            let chunk = match download.chunk().await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => return Ok(Ok(())),
                Err(error) => return Ok(Err(error)),
            };
            incoming.write(&chunk)?;
            (self.observer)(Event::Arrived { id: shelf.id, bytes: chunk.len() as u64 });
        }
    }

    /// Asks for the rest; where the address has gone stale, as that of a stream does after minutes, at a new one.
    async fn go_on(
        &self,
        download: &mut Download,
        source: &mut Source,
    ) -> Result<Result<GoesOn, DownloadError>, StoreError> {
        let stale = match download.go_on(source).await {
            Err(stale @ DownloadError::NotThere { .. }) => stale,
            other => return Ok(other),
        };
        let Some(sources) = self.sources else { return Ok(Err(stale)) };
        match self.flickr.ask_anew(sources).await {
            Ok(Chosen::Original(new) | Chosen::NotOriginal(new)) if new.label == source.label => {
                *source = new
            }
            Ok(_) => return Ok(Err(stale)),
            Err(error) => return Err(error.into()),
        }
        Ok(download.go_on(source).await)
    }

    fn promise(&self, download: &Download) -> Promise {
        let mut promise = download.promise.clone();
        promise.etag = promise.etag.filter(|_| !self.ignore_etag);
        promise.dimensions_are_trusted = self.trusts_dimensions;
        promise
    }
}

/// What the answers to one body have brought so far.
#[derive(Debug, Default)]
struct Effort {
    answers: u32,
    fruitless: u32,
    /// How often the body came from its first byte again.
    anew: u32,
    /// Bytes that were there when the last answer began.
    before: u64,
}

impl Effort {
    /// Notes that an answer broke off, and decides whether another one is asked for.
    fn goes_on(&mut self, cut: &DownloadError, arrived: u64, total: u64) -> bool {
        let brought = arrived.saturating_sub(self.before);
        self.before = arrived;
        self.answers += 1;
        let is_worth_it = brought >= WORTH.min((total / SHARE).max(1));
        self.fruitless = match cut {
            // A crawl is not worth its place at the host, however far it comes.
            cut if cut.is_crawl() => self.fruitless + FRUITLESS / 2,
            _ if is_worth_it => 0,
            _ => self.fruitless + 1,
        };
        self.fruitless < FRUITLESS && self.anew < FRUITLESS && self.answers < MOST
    }

    fn begins_anew(&mut self) {
        self.before = 0;
        self.anew += 1;
    }

    fn pause(&self) -> Duration {
        PAUSE * 2_u32.pow(self.fruitless)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CUT: DownloadError = DownloadError::Cut { arrived: 0, promised: None, source: None };
    const TRICKLE: DownloadError = DownloadError::TooSlow { arrived: 1 };
    const VIDEO: u64 = 6_000_000_000;

    /// How many answers are taken when each breaks off after so many bytes.
    fn answers(cut: &DownloadError, bytes: u64, total: u64) -> u64 {
        let mut effort = Effort::default();
        (1..).find(|answer| !effort.goes_on(cut, (answer * bytes).min(total), total)).unwrap_or_default()
    }

    #[test]
    fn a_video_that_is_cut_every_ten_megabytes_arrives() {
        assert!(answers(&CUT, 10_000_000, VIDEO) > VIDEO / 10_000_000);
    }

    #[test]
    fn answers_that_bring_next_to_nothing_are_few() {
        assert_eq!(answers(&CUT, 0, VIDEO), 4);
        assert_eq!(answers(&CUT, WORTH - 1, VIDEO), 4);
        assert_eq!(answers(&CUT, 9, 1000), 4);
        assert!(answers(&CUT, 10, 1000) > 100, "a hundredth of a small file is worth a request");
        assert_eq!(answers(&TRICKLE, 30_000, 100_000), 2);
    }

    #[test]
    fn a_body_that_always_begins_anew_is_given_up() {
        let mut effort = Effort::default();
        let rounds = (1..).find(|_| {
            effort.begins_anew();
            !effort.goes_on(&CUT, VIDEO / 2, VIDEO)
        });

        assert_eq!(rounds, Some(4));
    }

    #[test]
    fn even_what_goes_on_has_an_end() {
        assert_eq!(answers(&CUT, WORTH, u64::MAX), u64::from(MOST));
    }
}
