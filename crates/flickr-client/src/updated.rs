//! What changed since a moment: `flickr.photos.recentlyUpdated`, the call that makes a quiet night cheap.

use jiff::Timestamp;
use serde::Deserialize;

use crate::answer::Answer;
use crate::sheet::PhotoList;
use crate::{FlickrClient, FlickrError, Listed, Oddity, quirks};

const METHOD: &str = "flickr.photos.recentlyUpdated";

/// One page of what changed, the latest change first.
#[derive(Debug)]
pub struct Updated {
    /// The photos on it, as a listing tells of them.
    pub photos: Vec<Listed>,
    /// The records on it that could not be read.
    pub oddities: Vec<Oddity>,
    /// Photos that changed, by Flickr's word.
    pub total: u64,
    /// Pages that they fill. A page may be short without being the last.
    pub pages: u64,
}

impl Updated {
    /// The latest change on the page.
    #[must_use]
    pub fn latest(&self) -> Option<Timestamp> {
        self.photos.iter().filter_map(|listed| listed.photo.dates.updated).max()
    }
}

#[derive(Debug, Deserialize)]
struct UpdatedAnswer {
    #[serde(default)]
    photos: Option<PhotoList>,
}

impl FlickrClient {
    /// Asks which photos of the signed-in person changed since a moment, 500 for each call; pages count from 1.
    ///
    /// New uploads, edited words, tags and comments are documented to count as changes; for favourites, albums,
    /// licences, permissions and places nobody knows. Deleted photos are never told of. Flickr sets the dates on
    /// several machines, so the moment should lie a little before the latest change that was seen.
    pub async fn recently_updated(
        &self,
        since: Timestamp,
        page: u64,
    ) -> Result<Answer<Updated>, FlickrError> {
        let (since, number) = (since.as_second().max(1).to_string(), page.max(1).to_string());
        let per_page = quirks::PAGE.to_string();
        let parameters = [
            ("min_date", since.as_str()),
            ("extras", quirks::EXTRAS),
            ("per_page", &per_page),
            ("page", &number),
        ];
        let answer = self.call::<UpdatedAnswer>(METHOD, &parameters).await?;
        Ok(Answer { value: read(answer.value.photos, page.max(1)), date: answer.date })
    }
}

fn read(photos: Option<PhotoList>, page: u64) -> Updated {
    let sheet = photos.unwrap_or_default().read(page, quirks::PAGE);
    let pages = sheet.total.div_ceil(sheet.per_page);
    Updated { photos: sheet.photos, oddities: sheet.oddities, total: sheet.total, pages }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn updated(answer: Value) -> Updated {
        read(serde_json::from_value::<UpdatedAnswer>(answer).unwrap().photos, 1)
    }

    #[test]
    fn a_page_tells_how_many_there_are_and_the_latest_change() {
        let page = updated(
            json!({"photos": {"page": 1, "pages": 3, "perpage": 500, "total": "1001", "photo": [
            {"id": "7", "lastupdate": "1379515261"}, {"id": "8", "lastupdate": 1_379_515_300}, {"id": "../9"}]}, "stat": "ok"}),
        );

        assert_eq!((page.photos.len(), page.oddities.len(), page.total, page.pages), (2, 1, 1001, 3));
        assert_eq!(page.latest().unwrap().as_second(), 1_379_515_300);
    }

    #[test]
    fn nothing_changed() {
        for answer in
            [json!({"photos": {"page": 1, "pages": 0, "perpage": 500, "total": 0, "photo": []}}), json!({})]
        {
            let page = updated(answer);
            assert_eq!((page.photos.len(), page.total, page.pages, page.latest()), (0, 0, 0, None));
        }
    }
}
