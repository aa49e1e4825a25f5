//! Details: what Flickr tells of one photo beyond the listing, asked for only where the listing says that there
//! is something, or that something changed.

use flickr_client::{FlickrClient, FlickrError, Told, Trouble, now};
use flickr_model::{Canvas, Person, PhotoId};
use futures_util::future::join3;
use jiff::{SignedDuration, Timestamp};
use photo_archive::{DetailState, Details};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::SyncError;
use crate::fetch::chain;

/// How much is asked for each photo.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Depth {
    /// What the listing tells: no call for a single photo but for videos.
    Listing,
    /// Comments and favourites too, where the listing counts some.
    Smart,
    /// Everything for every photo.
    #[default]
    Full,
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

/// Decides what is asked about one photo; `before` is how it was when its details were last asked for.
#[must_use]
pub fn questions(
    depth: Depth,
    counted: Counters,
    before: Option<DetailState>,
    today: Timestamp,
) -> Questions {
    if depth == Depth::Listing {
        return Questions::default();
    }
    let changed = before.is_none_or(|before| before.updated != counted.updated);
    let waited = before.is_none_or(|before| today.duration_since(before.asked) >= FAVORITES_WAIT);
    Questions {
        info: depth == Depth::Full && changed,
        comments: ask(counted.comments, before.and_then(|before| before.comments), changed, true),
        favorites: ask(
            counted.favorites,
            before.and_then(|before| before.favorites),
            changed,
            changed || waited,
        ),
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
    let mut asking = Asking { learned: Learned::default(), all_answered: true };
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
            Ask::Call => Some(all_favorites(flickr, id).await),
            Ask::Empty => Some(Ok(Told { value: Vec::new(), people: Vec::new(), raw: Value::Null })),
            Ask::Not => None,
        }
    };
    let ((info, people), comments, favorites) = join3(info, comments, favorites).await;
    asking.learned.details.info = asking.take("flickr.photos.getInfo", info)?;
    asking.learned.details.people = asking.take("flickr.photos.people.getList", people)?;
    asking.learned.details.comments = asking.take("flickr.photos.comments.getList", comments)?;
    asking.learned.details.favorites = asking.take("flickr.photos.getFavorites", favorites)?;
    let Counters { updated, comments, favorites } = counted;
    let state = DetailState { updated, comments, favorites, asked: now() };
    asking.learned.details.state = asking.all_answered.then_some(state);
    Ok(asking.learned)
}

struct Asking {
    learned: Learned,
    all_answered: bool,
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
                _ if !error.ends_the_run() => {
                    tracing::info!(method, error = chain(&error), "details could not be read");
                    self.all_answered = false;
                    Ok(None)
                }
                _ => Err(error.into()),
            },
        }
    }
}

/// All pages of the favourites of one photo as one answer.
async fn all_favorites(
    flickr: &FlickrClient,
    id: PhotoId,
) -> Result<Told<Vec<flickr_model::Favorite>>, FlickrError> {
    let mut pages = flickr.favorites(id);
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

    fn asked() -> DetailState {
        DetailState { updated: QUIET.updated, comments: Some(2), favorites: Some(3), asked: at(100) }
    }

    #[test]
    fn a_photo_that_was_never_asked_about_is_asked_for_what_the_listing_counts() {
        let all = questions(Depth::Full, QUIET, None, at(100));
        let bare =
            questions(Depth::Smart, Counters { comments: Some(0), favorites: None, ..QUIET }, None, at(100));

        assert_eq!(all, Questions { info: true, comments: Ask::Call, favorites: Ask::Call });
        assert!(bare.are_none());
    }

    #[test]
    fn nothing_changed_asks_nothing() {
        assert!(questions(Depth::Full, QUIET, Some(asked()), at(500)).are_none());
        assert!(questions(Depth::Listing, QUIET, None, at(100)).are_none());
    }

    #[test]
    fn a_new_comment_is_asked_for_although_flickr_dates_no_change() {
        let told = Counters { comments: Some(3), ..QUIET };

        assert_eq!(questions(Depth::Smart, told, Some(asked()), at(101)).comments, Ask::Call);
    }

    #[test]
    fn new_favourites_alone_wait_for_thirty_days() {
        let told = Counters { favorites: Some(9), ..QUIET };

        assert_eq!(questions(Depth::Full, told, Some(asked()), at(129)).favorites, Ask::Not);
        assert_eq!(questions(Depth::Full, told, Some(asked()), at(130)).favorites, Ask::Call);
    }

    #[test]
    fn the_last_comment_that_vanished_costs_no_call() {
        let told = Counters { comments: Some(0), ..QUIET };

        assert_eq!(questions(Depth::Smart, told, Some(asked()), at(101)).comments, Ask::Empty);
    }
}
