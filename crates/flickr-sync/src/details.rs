//! Details: what Flickr tells of one photo beyond the listing, asked for only where the listing says that there
//! is something, or that something changed.

use flickr_client::{FlickrClient, FlickrError, Pages, Told, Trouble, now};
use flickr_model::{Canvas, GalleryId, Person, PhotoId};
use futures_util::future::{join, join3};
use jiff::{SignedDuration, Timestamp};
use photo_archive::{Answers, DetailState, Details};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::SyncError;
use crate::fetch::chain;

/// How much is asked for each photo.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Depth {
    /// What the listing tells: no call for a single photo but for videos.
    Listing,
    /// Comments and favourites too, where the listing counts some.
    Smart,
    /// Everything for every photo.
    #[default]
    Full,
}

/// What a run wants to know of each photo.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wishes {
    /// How much is asked.
    pub depth: Depth,
    /// Which of the rarer answers are wanted too.
    pub more: Answers,
    /// Whether new favourites alone are asked for at once, and do not wait for company.
    pub favorites_at_once: bool,
}

/// What the listing says of a photo, as far as it decides what is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// Flickr's date of the last change.
    pub updated: Option<Timestamp>,
    /// Comments.
    pub comments: Option<u64>,
    /// People who marked it as a favourite.
    pub favorites: Option<u64>,
}

/// What is to be asked about one photo.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Questions {
    /// `getInfo`, and who is in it where that says that somebody is.
    pub info: bool,
    /// Its comments.
    pub comments: Ask,
    /// Who marked it as a favourite.
    pub favorites: Ask,
    /// The rarer answers.
    #[serde(default)]
    pub more: Answers,
}

/// Whether a list is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ask {
    /// It is as it was.
    #[default]
    Not,
    /// It has to be asked for.
    Call,
    /// The listing counts none any more: it is empty, without a call.
    Empty,
}

/// New favourites alone wait this long.
const FAVORITES_WAIT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Decides what is asked about one photo; `before` is how it was when its details were last asked for, `facts_changed`
/// whether the listing tells other facts than are kept.
#[must_use]
pub fn questions(
    wishes: Wishes,
    counted: Counters,
    before: Option<DetailState>,
    facts_changed: bool,
    today: Timestamp,
) -> Questions {
    if wishes.depth == Depth::Listing {
        return Questions::default();
    }
    // Not every change is dated: new tags, say, are seen in the listing first.
    let changed = facts_changed || before.is_none_or(|before| before.updated != counted.updated);
    let asked = before.map(|before| before.answers).unwrap_or_default();
    let more = Answers {
        info: false,
        exif: wishes.more.exif && (changed || !asked.exif),
        licences: wishes.more.licences && (changed || !asked.licences),
        galleries: wishes.more.galleries && (changed || !asked.galleries),
    };
    let waited = wishes.favorites_at_once
        || before.is_none_or(|before| today.duration_since(before.asked) >= FAVORITES_WAIT);
    Questions {
        info: wishes.depth == Depth::Full && (changed || !asked.info),
        comments: ask(counted.comments, before.and_then(|before| before.comments), changed, true),
        favorites: ask(
            counted.favorites,
            before.and_then(|before| before.favorites),
            changed,
            changed || waited,
        ),
        more,
    }
}

/// A list is asked for when the photo changed or the count did; a count alone may have to wait.
fn ask(counted: Option<u64>, before: Option<u64>, changed: bool, may_ask: bool) -> Ask {
    let known = before.unwrap_or(0);
    match counted.unwrap_or(0) {
        0 if known > 0 && counted.is_some() => Ask::Empty,
        0 => Ask::Not,
        count if changed || (count != known && may_ask) => Ask::Call,
        _ => Ask::Not,
    }
}

impl Questions {
    /// Whether there is nothing to ask or to note.
    #[must_use]
    pub fn are_none(&self) -> bool {
        *self == Self::default()
    }
}

/// What was learned, and whose names were told with it.
#[derive(Debug, Default)]
pub(crate) struct Learned {
    pub(crate) details: Details,
    pub(crate) people: Vec<Person>,
    /// Why an answer could not be read, if one could not.
    pub(crate) unread: Option<String>,
    /// That Flickr said nothing at all for as long as patience lasts.
    pub(crate) silence: Option<FlickrError>,
}

/// Asks the questions about one photo, several at once. What Flickr refuses is noted and costs the photo nothing;
/// after anything else the photo counts as not asked, so that the next run asks again. An error ends the run.
pub(crate) async fn ask_flickr(
    flickr: &FlickrClient,
    id: PhotoId,
    canvas: Option<Canvas>,
    questions: Questions,
    counted: Counters,
) -> Result<Learned, SyncError> {
    let mut asking = Asking { learned: Learned::default() };
    let info = async {
        if !questions.info {
            return (None, None);
        }
        let info = flickr.info(id, canvas).await;
        let has_people = info.as_ref().is_ok_and(|info| info.value.has_people);
        let people = if has_people { Some(flickr.people(id, canvas).await) } else { None };
        (Some(info), people)
    };
    let comments = async {
        match questions.comments {
            Ask::Call => Some(flickr.comments(id).await),
            Ask::Empty => Some(Ok(Told { value: Vec::new(), people: Vec::new(), raw: Value::Null })),
            Ask::Not => None,
        }
    };
    let favorites = async {
        match questions.favorites {
            Ask::Call => Some(gathered(flickr.favorites(id)).await),
            Ask::Empty => Some(Ok(Told { value: Vec::new(), people: Vec::new(), raw: Value::Null })),
            Ask::Not => None,
        }
    };
    let Answers { exif, licences, galleries, .. } = questions.more;
    let exif = async { if exif { Some(flickr.exif(id).await) } else { None } };
    let licences = async { if licences { Some(flickr.licence_changes(id).await) } else { None } };
    let galleries = async { if galleries { Some(galleries_with(flickr, id).await) } else { None } };
    let told = join3(info, comments, favorites);
    let (told, (exif, licences, galleries)) = join(told, join3(exif, licences, galleries)).await;
    let ((info, people), comments, favorites) = told;
    asking.learned.details.exif = asking.take("flickr.photos.getExif", exif)?;
    asking.learned.details.licences = asking.take("flickr.photos.licenses.getLicenseHistory", licences)?;
    asking.learned.details.galleries = asking.take("flickr.galleries.getListForPhoto", galleries)?;
    asking.learned.details.info = asking.take("flickr.photos.getInfo", info)?;
    asking.learned.details.people = asking.take("flickr.photos.people.getList", people)?;
    asking.learned.details.comments = asking.take("flickr.photos.comments.getList", comments)?;
    asking.learned.details.favorites = asking.take("flickr.photos.getFavorites", favorites)?;
    let Counters { updated, comments, favorites } = counted;
    // A photo that the listing shows has its facts: a refusal is asked about again.
    let info = questions.info && asking.learned.details.info.is_some();
    let answers = Answers { info, ..questions.more };
    let state = DetailState { updated, comments, favorites, answers, asked: now() };
    asking.learned.details.state = asking.learned.unread.is_none().then_some(state);
    Ok(asking.learned)
}

struct Asking {
    learned: Learned,
}

impl Asking {
    /// Takes the answer to a question that was asked.
    fn take<T>(
        &mut self,
        method: &str,
        answer: Option<Result<Told<T>, FlickrError>>,
    ) -> Result<Option<(T, Value)>, SyncError> {
        match answer {
            None => Ok(None),
            Some(Ok(told)) => {
                self.learned.people.extend(told.people);
                Ok(Some((told.value, told.raw)))
            }
            Some(Err(error)) => match error.trouble() {
                Trouble::Refused { .. } => {
                    self.learned.details.refused.push((method.to_owned(), error.to_string()));
                    Ok(None)
                }
                // One photo that nothing is told of says nothing of the others; `silence` counts them.
                Trouble::Temporary | Trouble::Unreadable => {
                    self.learned.unread = Some(format!("{method}: {}", chain(&error)));
                    self.learned.silence = Some(error).filter(FlickrError::ends_the_run);
                    Ok(None)
                }
                _ => Err(error.into()),
            },
        }
    }
}

/// The galleries of others that a photo is in.
async fn galleries_with(flickr: &FlickrClient, id: PhotoId) -> Result<Told<Vec<GalleryId>>, FlickrError> {
    let Told { value, people, raw } = gathered(flickr.galleries_with(id)).await?;
    Ok(Told { value: value.into_iter().map(|gallery| gallery.id).collect(), people, raw })
}

/// All pages of a list that is short enough to be held, as one answer: who marked a photo, contacts, groups.
pub(crate) async fn gathered<T>(mut pages: Pages<'_, T>) -> Result<Told<Vec<T>>, FlickrError> {
    let (mut value, mut people, mut raw) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(portion) = pages.next_page().await? {
        for told in portion.rows {
            value.push(told.value);
            people.extend(told.people);
            raw.push(told.raw);
        }
    }
    Ok(Told { value, people, raw: Value::Array(raw) })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn at(day: i64) -> Timestamp {
        Timestamp::from_second(day * 86_400).unwrap()
    }

    const QUIET: Counters =
        Counters { updated: Some(Timestamp::UNIX_EPOCH), comments: Some(2), favorites: Some(3) };

    const INFO: Answers = Answers { info: true, exif: false, licences: false, galleries: false };

    fn asked() -> DetailState {
        DetailState {
            updated: QUIET.updated,
            comments: Some(2),
            favorites: Some(3),
            answers: INFO,
            asked: at(100),
        }
    }

    const FULL: Wishes = Wishes {
        depth: Depth::Full,
        more: Answers { info: false, exif: false, licences: false, galleries: false },
        favorites_at_once: false,
    };
    const SMART: Wishes = Wishes { depth: Depth::Smart, ..FULL };
    const LISTING: Wishes = Wishes { depth: Depth::Listing, ..FULL };

    #[test]
    fn a_photo_that_was_never_asked_about_is_asked_for_what_the_listing_counts() {
        let all = questions(FULL, QUIET, None, false, at(100));
        let bare =
            questions(SMART, Counters { comments: Some(0), favorites: None, ..QUIET }, None, false, at(100));

        assert_eq!(
            all,
            Questions { info: true, comments: Ask::Call, favorites: Ask::Call, more: Answers::default() }
        );
        assert!(bare.are_none());
    }

    #[test]
    fn nothing_changed_asks_nothing() {
        assert!(questions(FULL, QUIET, Some(asked()), false, at(500)).are_none());
        assert!(questions(LISTING, QUIET, None, false, at(100)).are_none());
    }

    #[test]
    fn a_new_comment_is_asked_for_although_flickr_dates_no_change() {
        let told = Counters { comments: Some(3), ..QUIET };

        assert_eq!(questions(SMART, told, Some(asked()), false, at(101)).comments, Ask::Call);
    }

    #[test]
    fn new_favourites_alone_wait_for_thirty_days() {
        let told = Counters { favorites: Some(9), ..QUIET };

        assert_eq!(questions(FULL, told, Some(asked()), false, at(129)).favorites, Ask::Not);
        assert_eq!(questions(FULL, told, Some(asked()), false, at(130)).favorites, Ask::Call);
    }

    #[test]
    fn who_looks_at_everything_waits_for_no_favourites() {
        let told = Counters { favorites: Some(9), ..QUIET };
        let at_once = Wishes { favorites_at_once: true, ..FULL };

        assert_eq!(questions(at_once, told, Some(asked()), false, at(101)).favorites, Ask::Call);
    }

    #[test]
    fn what_a_smart_run_left_out_is_asked_for_by_a_full_one() {
        let smart = DetailState { answers: Answers::default(), ..asked() };

        assert!(questions(FULL, QUIET, Some(smart), false, at(101)).info);
        assert!(!questions(FULL, QUIET, Some(asked()), false, at(101)).info);
    }

    #[test]
    fn facts_that_changed_without_a_date_are_asked_about() {
        assert!(questions(FULL, QUIET, Some(asked()), true, at(101)).info);
    }

    #[test]
    fn a_rarer_answer_is_asked_for_once_and_when_the_photo_changed() {
        let exif = Answers { exif: true, ..Answers::default() };
        let wishes = Wishes { more: exif, ..SMART };
        let known = DetailState { answers: exif, ..asked() };
        let later = Counters { updated: Some(at(1)), ..QUIET };

        assert_eq!(questions(wishes, QUIET, Some(asked()), false, at(101)).more, exif);
        assert!(questions(wishes, QUIET, Some(known), false, at(101)).are_none());
        assert_eq!(questions(wishes, later, Some(known), false, at(101)).more, exif);
    }

    #[test]
    fn the_last_comment_that_vanished_costs_no_call() {
        let told = Counters { comments: Some(0), ..QUIET };

        assert_eq!(questions(SMART, told, Some(asked()), false, at(101)).comments, Ask::Empty);
    }
}
