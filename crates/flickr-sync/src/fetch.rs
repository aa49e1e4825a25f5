//! Stage 3, fetch: gets the bytes of one wanted photo, by as many attempts as make sense, through stage 4.
//!
//! One refused body or one 404 concludes nothing: the address is asked for anew and tried again. What stays
//! wrong after [`ATTEMPTS`] is that photo's failure; others go on.

use std::sync::Arc;
use std::time::Duration;

use flickr_client::{Chosen, DownloadError, FlickrClient, FlickrError, Source};
use flickr_model::{Media, Promise};
use photo_archive::{Archive, FileKind, KeptFile, Purpose, Refused, Store, Written};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::details::{self, Learned};
use crate::habits::Habits;
use crate::planned::{Bytes, Note};
use crate::resume::Bringer;
use crate::still::{Still, still};
use crate::store::{Shelf, StoreError};
use crate::wanted::Job;
use crate::{Event, Observer, Run, SyncError};

/// How often one photo is tried in one run before it is reported as failed.
const ATTEMPTS: u32 = 4;

/// How long downloads under way may go on after the person said stop.
const GRACE: Duration = Duration::from_millis(700);

/// The doors a download needs; cheap to clone, one for each task.
#[derive(Clone)]
pub(crate) struct Doors {
    pub(crate) flickr: FlickrClient,
    pub(crate) store: Store,
    pub(crate) observer: Observer,
    stop: CancellationToken,
    /// The turns of the photos that were taken up.
    turns: Arc<Semaphore>,
    habits: Arc<Habits>,
}

impl Doors {
    /// Opens the doors of a run.
    pub(crate) fn open(run: &Run<'_>, archive: &Archive) -> Result<Self, SyncError> {
        Ok(Self {
            flickr: run.flickr.clone(),
            store: archive.store(),
            observer: run.observer.clone(),
            stop: run.stop.clone(),
            turns: Arc::new(Semaphore::new(run.options.at_once())),
            habits: Arc::new(Habits::recall(archive)?),
        })
    }

    /// Leaves the photos whose turn has not come for another run.
    pub(crate) fn close(&self) {
        self.turns.close();
    }

    /// Keeps what was learned of the image host for later runs.
    pub(crate) fn remember(&self, archive: &mut Archive) -> Result<(), SyncError> {
        self.habits.remember(archive)
    }
}

/// What became of one wanted photo.
pub(crate) struct Fetched {
    pub(crate) job: Job,
    pub(crate) got: Got,
    /// What became of the still, where it is a video.
    pub(crate) still: Still,
    /// What Flickr told of it beyond the listing; `None` when that is left for later.
    pub(crate) learned: Option<Learned>,
}

impl Fetched {
    /// Whether it comes from the lane of bytes.
    pub(crate) fn has_bytes(&self) -> bool {
        self.job.note.bytes != Bytes::AsTheyAre
    }
}

/// What was got.
pub(crate) enum Got {
    /// The original's bytes, proven.
    Original(Written),
    /// The best there is, proven, and why it is not the original.
    Lesser(Written, String),
    /// The image host holds the very bytes that are kept.
    AlreadyHere,
    /// No bytes were wanted.
    NotWanted,
    /// Flickr offers nothing to fetch, and why.
    Nothing(String),
    /// No attempt succeeded; the reason of the last.
    Failed(String),
    /// Nothing at all came from the image host for as long as patience lasts.
    Silence(DownloadError),
    /// The person said stop.
    Interrupted,
}

/// Gets the bytes of one wanted photo, with its details while calls are at hand; gives up shortly after the person
/// said stop.
///
/// An error is one that ends the run: nobody is let in, the disk is full, nothing answers.
pub(crate) async fn fetch(doors: Doors, job: Job) -> Result<Fetched, SyncError> {
    let turn = tokio::select! {
        turn = doors.turns.acquire() => turn.ok(),
        () = doors.stop.cancelled() => None,
    };
    if turn.is_none() {
        return Ok(Fetched { job, got: Got::Interrupted, still: Still::NotWanted, learned: None });
    }
    let details = async {
        if job.note.questions.are_none() || doors.flickr.has_calls_at_hand() {
            details_of(&doors, &job).await.map(Some)
        } else {
            Ok(None)
        }
    };
    let bytes = async {
        let got = attempts(&doors, &job).await?;
        let still = still(&doors, &job, &got).await?;
        Ok::<_, SyncError>((got, still))
    };
    // Trouble with the API costs no bytes that came: the lane of details meets it again.
    let details = async { details.await.unwrap_or_default() };
    let both = futures_util::future::join(bytes, details);
    let (bytes, learned) = tokio::select! {
        both = both => both,
        () = given_up(&doors.stop) => (Ok((Got::Interrupted, Still::NotWanted)), None),
    };
    let (got, still) = bytes?;
    Ok(Fetched { job, got, still, learned })
}

/// Asks for the details of one photo whose bytes are as they should be.
pub(crate) async fn ask(doors: Doors, job: Job) -> Result<Fetched, SyncError> {
    let (got, learned) = tokio::select! {
        learned = details_of(&doors, &job) => (Got::NotWanted, Some(learned?)),
        () = given_up(&doors.stop) => (Got::Interrupted, None),
    };
    Ok(Fetched { job, got, still: Still::NotWanted, learned })
}

async fn details_of(doors: &Doors, job: &Job) -> Result<Learned, SyncError> {
    let Note { questions, counted, canvas, .. } = job.note;
    details::ask_flickr(&doors.flickr, job.id, canvas, questions, counted).await
}

/// Comes shortly after the person said stop.
async fn given_up(stop: &CancellationToken) {
    stop.cancelled().await;
    tokio::time::sleep(GRACE).await;
}

/// Why one attempt failed, and what the next one should do otherwise.
struct Miss {
    reason: String,
    cure: Cure,
    /// MD5 of a body that only the `ETag` spoke against.
    doubted: Option<[u8; 16]>,
}

/// Whether an `ETag` of 32 digits is taken for the MD5 that it is at Flickr.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ETags {
    Believed,
    /// The same body came twice against it, on a host none of whose `ETag`s was ever an MD5.
    Ignored,
}

/// What may help after a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cure {
    /// The same address once more.
    Again,
    /// Another address: what came was not the file.
    NewAddress,
    /// Another address: nothing is there (404, 403, 410).
    Elsewhere,
}

async fn attempts(doors: &Doors, job: &Job) -> Result<Got, SyncError> {
    let mut chosen = match doors.flickr.choose(&job.note.sources).await {
        Ok(chosen) => chosen,
        Err(error) => return refused(error),
    };
    let mut last = String::new();
    let mut never_there = true;
    let (mut etags, mut doubted) = (ETags::Believed, None);
    for attempt in 1..=ATTEMPTS {
        if doors.stop.is_cancelled() {
            return Ok(Got::Interrupted);
        }
        let miss = match once(doors, job, &chosen, etags).await? {
            Ok(got) => return Ok(got),
            Err(miss) => miss,
        };
        (doors.observer)(Event::Again { id: job.id, reason: miss.reason.clone() });
        last = miss.reason;
        never_there &= miss.cure == Cure::Elsewhere;
        let came_twice = miss.doubted.is_some() && miss.doubted == doubted;
        if came_twice && !doors.habits.etags_are_md5() {
            etags = ETags::Ignored;
        }
        doubted = miss.doubted;
        if attempt == ATTEMPTS {
            break;
        }
        tokio::time::sleep(Duration::from_millis(250) * 2_u32.pow(attempt)).await;
        if miss.cure != Cure::Again {
            match doors.flickr.ask_anew(&job.note.sources).await {
                // A lesser size never stands in for an original that was promised and failed to arrive.
                Ok(Chosen::NotOriginal(_)) if matches!(chosen, Chosen::Original(_)) => {}
                Ok(Chosen::Nothing { .. }) if matches!(chosen, Chosen::Original(_)) => {}
                Ok(renewed) => chosen = renewed,
                Err(error) if error.ends_the_run() => return Err(error.into()),
                Err(error) => last = chain(&error),
            }
        }
    }
    let is_video = job.note.sources.media == Media::Video;
    if is_video && never_there && matches!(chosen, Chosen::Original(_)) {
        return instead(doors, job, last).await;
    }
    Ok(Got::Failed(last))
}

/// The best stream of a video whose original Flickr names but does not hand out to programs.
async fn instead(doors: &Doors, job: &Job, last: String) -> Result<Got, SyncError> {
    let chosen = match doors.flickr.second_best(&job.note.sources).await {
        Ok(chosen @ Chosen::NotOriginal(_)) => chosen,
        Ok(_) => return Ok(Got::Failed(last)),
        Err(error) => return refused(error),
    };
    Ok(once(doors, job, &chosen, ETags::Believed).await?.unwrap_or(Got::Failed(last)))
}

/// One attempt. The outer error ends the run, the inner one only the attempt.
async fn once(
    doors: &Doors,
    job: &Job,
    chosen: &Chosen,
    etags: ETags,
) -> Result<Result<Got, Miss>, SyncError> {
    let (source, shelf, why) = match chosen {
        Chosen::Nothing { reason } => return Ok(Ok(Got::Nothing(reason.clone()))),
        Chosen::Original(source) => (source, job.shelf(Purpose::Original), None),
        Chosen::NotOriginal(source) => {
            let purpose = Purpose::NotOriginal { label: source.label.clone(), width: source.width };
            (source, job.shelf(purpose), Some(lesser(job, source)))
        }
    };
    if job.note.bytes == Bytes::Check && why.is_some() {
        // The kept original outranks whatever less is offered now.
        return Ok(Ok(Got::AlreadyHere));
    }
    let told = match bytes(doors, job, source, &shelf, etags).await {
        Ok(Some(written)) => Ok(match why {
            None => Got::Original(written),
            Some(why) => Got::Lesser(written, why),
        }),
        Ok(None) => Ok(Got::AlreadyHere),
        Err(StoreError::Archive(error)) if error.ends_the_run() => return Err(error.into()),
        Err(StoreError::Archive(error)) => Ok(Got::Failed(chain(&error))),
        Err(StoreError::Flickr(error)) if error.ends_the_run() => return Err(error.into()),
        Err(StoreError::Flickr(error)) => {
            Err(Miss { reason: chain(&error), cure: Cure::Again, doubted: None })
        }
        Err(StoreError::Download(error @ (DownloadError::Silent { .. } | DownloadError::TooSlow { .. }))) => {
            Ok(Got::Silence(error))
        }
        Err(StoreError::Download(error)) if error.ends_the_run() => return Err(error.into()),
        Err(StoreError::Download(error)) => {
            let cure = match error {
                DownloadError::NotThere { .. } => Cure::Elsewhere,
                _ if error.wants_new_address() => Cure::NewAddress,
                _ => Cure::Again,
            };
            Err(Miss { reason: chain(&error), cure, doubted: None })
        }
        Err(StoreError::Refused(refused)) => Err(match refused {
            Refused::ETag { came } => {
                Miss { reason: refused.to_string(), cure: Cure::Again, doubted: Some(came) }
            }
            _ => Miss { reason: refused.to_string(), cure: Cure::NewAddress, doubted: None },
        }),
    };
    Ok(told)
}

/// The bytes behind one address: compared first, adopted where they lie already, else fetched.
/// `None`: they are kept already under another version.
///
/// Where the image host promises neither length nor digest, a file that lies there may be any earlier version of a
/// replaced photo: it is adopted only when nothing else of the photo is kept.
async fn bytes(
    doors: &Doors,
    job: &Job,
    source: &Source,
    shelf: &Shelf<'_>,
    etags: ETags,
) -> Result<Option<Written>, StoreError> {
    let media = job.note.sources.media;
    if shelf.purpose == Purpose::Original
        && job.originals().next().is_some()
        && let Some(promise) = headers(doors, source, media).await?
        && job.originals().any(|file| is_the_same(file, &promise))
    {
        return Ok(None);
    }
    if let Some(found) = doors.store.find_complete(shelf.stem, &shelf.purpose, shelf.version)?
        && let Some(promise) = headers(doors, source, media).await?
        && (job.kept_files.is_empty() || promise.length.is_some() || promise.digest().is_some())
        && let Ok(adopted) = doors.store.adopt(found, &promise, shelf.purpose.clone(), shelf.version)?
    {
        return Ok(Some(adopted));
    }
    let download = doors.flickr.open(source, media).await?;
    let ignore_etag = etags == ETags::Ignored;
    let promise =
        Promise { etag: download.promise.etag.filter(|_| !ignore_etag), ..download.promise.clone() };
    (doors.observer)(Event::Started { id: job.id, media, length: promise.length });
    let Doors { flickr, store, observer, .. } = doors;
    let (sources, trusts_dimensions) = (Some(&job.note.sources), doors.habits.lists_right_dimensions());
    let bringer = Bringer { flickr, store, observer, sources, ignore_etag, trusts_dimensions };
    let written = bringer.bring(shelf, download, source).await?;
    doors.habits.see(&promise, &written);
    Ok(Some(written))
}

/// What the image host says of a file without sending it; `None` when it does not say, and the file has to come.
async fn headers(doors: &Doors, source: &Source, media: Media) -> Result<Option<Promise>, DownloadError> {
    match doors.flickr.head(source, media).await {
        Ok(promise) => Ok(Some(promise)),
        Err(error) if error.ends_the_run() => Err(error),
        Err(_) => Ok(None),
    }
}

/// Whether the image host's headers describe the very file that is kept: its MD5, and no other length.
fn is_the_same(file: &KeptFile, promise: &Promise) -> bool {
    let same_length = promise.length.is_none_or(|length| length == file.bytes);
    same_length && promise.digest().is_some() && promise.digest() == file.md5
}

/// A call for one photo that Flickr refused is that photo's failure; the rest ends the run.
fn refused(error: FlickrError) -> Result<Got, SyncError> {
    if error.ends_the_run() { Err(error.into()) } else { Ok(Got::Failed(chain(&error))) }
}

fn lesser(job: &Job, source: &Source) -> String {
    match job.note.sources.media {
        Media::Photo => format!("Flickr gives no original; {} is the largest it offers", source.label),
        Media::Video => format!(
            "Flickr gives no original to a program; \"{}\" is the best stream. When you are signed in, your browser can get it: https://www.flickr.com/video_download.gne?id={}",
            source.label, job.id
        ),
    }
}

/// An error with its causes, as one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

impl Job {
    /// The originals that are kept; the still of a video may have the very bytes of what is listed as a photo one day.
    pub(crate) fn originals(&self) -> impl Iterator<Item = &KeptFile> {
        self.kept_files.iter().filter(|file| file.kind == FileKind::Original)
    }

    fn shelf(&self, purpose: Purpose) -> Shelf<'_> {
        let version = if purpose == Purpose::Original { self.next_version } else { 1 };
        Shelf { id: self.id, stem: &self.stem, purpose, version, mtime: self.note.taken }
    }
}
