//! Every tag of the account with each way it was written, from one answer.

use flickr_model::TagSpelling;
use serde_json::{Map, Value};

use crate::lenient::{Scalar, items};
use crate::told::{self, Told};
use crate::{FlickrClient, FlickrError};

pub(crate) const METHOD: &str = "flickr.tags.getListUserRaw";

impl FlickrClient {
    /// Asks for all tags of the signed-in person with their spellings: one call.
    pub async fn tags_raw(&self) -> Result<Told<Vec<TagSpelling>>, FlickrError> {
        Ok(read(self.call_for_one::<Value>(METHOD, &[]).await?.value))
    }
}

pub(crate) fn read(answer: Value) -> Told<Vec<TagSpelling>> {
    let raw = told::noun(answer, "who");
    let tags = raw.get("tags").unwrap_or(&Value::Null);
    Told::new(items(tags.get("tag")).into_iter().map(tag).collect(), raw)
}

/// A spelling stands alone or in a list, bare or as `{"_content": …}`.
fn tag(fields: &Map<String, Value>) -> TagSpelling {
    let spellings = match fields.get("raw") {
        Some(Value::Array(spellings)) => spellings.as_slice(),
        Some(spelling) => std::slice::from_ref(spelling),
        None => &[],
    };
    let text = |spelling: &Value| Scalar::of(spelling).text().map(str::to_owned);
    TagSpelling {
        text: Scalar::field(fields, "clean").into_text(),
        raw: spellings.iter().filter_map(text).collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_tag_has_one_spelling_or_several() {
        let told = read(json!({"who": {"id": "1@N00", "tags": {"tag": [
            {"clean": "doreabbey", "raw": [{"_content": "Dore Abbey"}, {"_content": "dore abbey"}]},
            {"clean": "2013", "raw": {"_content": 2013}},
            {"clean": "x", "raw": "X"},
            {"clean": "y"}]}}, "stat": "ok"}));

        let spellings: Vec<(&str, Vec<&str>)> = told
            .value
            .iter()
            .map(|tag| (tag.text.as_str(), tag.raw.iter().map(String::as_str).collect()))
            .collect();
        assert_eq!(
            spellings,
            [
                ("doreabbey", vec!["Dore Abbey", "dore abbey"]),
                ("2013", vec!["2013"]),
                ("x", vec!["X"]),
                ("y", vec![]),
            ]
        );
    }

    #[test]
    fn an_account_without_tags_has_an_empty_list() {
        for answer in [json!({}), json!({"who": {"id": "1@N00"}}), json!({"who": {"tags": {"tag": []}}})] {
            assert!(read(answer).value.is_empty());
        }
    }
}
