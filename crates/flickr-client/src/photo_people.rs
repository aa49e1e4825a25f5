//! The people who are in a photo, with the boxes drawn round them.

use flickr_model::{Canvas, PersonTag, PhotoId};
use serde_json::{Map, Value};

use crate::info::area;
use crate::lenient::{Scalar, items};
use crate::told::{self, Told};
use crate::{FlickrClient, FlickrError};

pub(crate) const METHOD: &str = "flickr.photos.people.getList";

impl FlickrClient {
    /// Asks for the people in a photo: one call. `canvas` stands in where the answer does not tell the size that
    /// its boxes are drawn on; it does in every recorded one.
    pub async fn people(
        &self,
        photo: PhotoId,
        canvas: Option<Canvas>,
    ) -> Result<Told<Vec<PersonTag>>, FlickrError> {
        let id = photo.to_string();
        let answer = self.call_for_one::<Value>(METHOD, &[("photo_id", &id)]).await?.value;
        Ok(read(answer, canvas))
    }
}

pub(crate) fn read(answer: Value, canvas: Option<Canvas>) -> Told<Vec<PersonTag>> {
    let raw = told::noun(answer, "people");
    let side = |name: &str| raw.get(name).map(Scalar::of).unwrap_or_default().float();
    let told = side("photo_width").zip(side("photo_height"));
    let canvas = told.and_then(|(width, height)| Canvas::of_size(width, height)).or(canvas);
    let people = items(raw.get("person")).into_iter().filter_map(|fields| person(fields, canvas)).collect();
    Told::new(people, raw)
}

fn person(fields: &Map<String, Value>, canvas: Option<Canvas>) -> Option<PersonTag> {
    let id = |name: &str| Scalar::field(fields, name).filled().and_then(|id| id.parse().ok());
    Some(PersonTag { person: id("nsid")?, added_by: id("added_by"), area: area(fields, canvas) })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use flickr_model::Area;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_box_is_read_on_the_canvas_of_the_answer() {
        let told = read(
            json!({"people": {"total": "2", "photo_width": "500", "photo_height": 250, "person": [
                {"nsid": "2@N00", "username": "bob", "added_by": "1@N00", "x": "100", "y": 25, "w": "50", "h": "125"},
                {"nsid": "3@N00", "username": "cleo", "realname": "Cleo C.", "added_by": "3@N00"},
                {"username": "ghost"}]}, "stat": "ok"}),
            Canvas::of_shape(900, 900),
        );

        let [boxed, unboxed]: [_; 2] = told.value.try_into().unwrap();
        assert_eq!(boxed.area, Some(Area { x: 0.2, y: 0.1, w: 0.1, h: 0.5 }));
        assert_eq!((boxed.added_by.clone().unwrap().as_str(), unboxed.area), ("1@N00", None));
        assert_eq!(told.people.len(), 2);
    }

    #[test]
    fn without_a_canvas_in_the_answer_the_given_one_is_used() {
        let person = json!({"nsid": "2@N00", "x": 50, "y": 0, "w": 50, "h": 500});
        let answer = json!({"people": {"person": person}});

        assert_eq!(
            read(answer.clone(), Canvas::of_shape(700, 700)).value.first().unwrap().area,
            Some(Area { x: 0.1, y: 0.0, w: 0.1, h: 1.0 })
        );
        assert_eq!(read(answer, None).value.first().unwrap().area, None);
        assert!(read(json!({"stat": "ok"}), None).value.is_empty());
    }
}
