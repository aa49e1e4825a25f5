//! How the licence of a photo changed over the years.

use flickr_model::{Licence, LicenceChange, PhotoId};
use serde_json::{Map, Value};

use crate::lenient::{Scalar, items};
use crate::told::Told;
use crate::{FlickrClient, FlickrError};

pub(crate) const METHOD: &str = "flickr.photos.licenses.getLicenseHistory";

impl FlickrClient {
    /// Asks how the licence of a photo changed: one call.
    pub async fn licence_changes(&self, photo: PhotoId) -> Result<Told<Vec<LicenceChange>>, FlickrError> {
        let id = photo.to_string();
        Ok(read(self.call_for_one::<Value>(METHOD, &[("photo_id", &id)]).await?.value))
    }
}

/// The list stands bare in the answer, without a noun round it.
pub(crate) fn read(mut answer: Value) -> Told<Vec<LicenceChange>> {
    if let Some(envelope) = answer.as_object_mut() {
        envelope.remove("stat");
    }
    Told::new(items(answer.get("license_history")).into_iter().map(change).collect(), answer)
}

fn change(fields: &Map<String, Value>) -> LicenceChange {
    LicenceChange {
        when: Scalar::field(fields, "date_change").moment(),
        from: licence(fields, "old_license", "old_license_url"),
        to: licence(fields, "new_license", "new_license_url"),
    }
}

/// A licence by its name and address, or by Flickr's number for it.
fn licence(fields: &Map<String, Value>, name: &str, url: &str) -> Licence {
    let name = Scalar::field(fields, name);
    match name.number() {
        Some(number) => Licence::from_number(number),
        None => Licence { name: name.into_text(), url: Scalar::field(fields, url).into_text() },
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_licence_is_told_by_name_or_by_number() {
        let told = read(json!({"license_history": [
            {"date_change": "1300000000", "old_license": "All Rights Reserved", "old_license_url": "", "new_license": "Attribution License",
                "new_license_url": "https://creativecommons.org/licenses/by/2.0/"},
            {"date_change": 1_400_000_000, "old_license": 4, "new_license": "0"}], "stat": "ok"}));

        let [first, second]: [_; 2] = told.value.try_into().unwrap();
        assert_eq!((first.when.unwrap().as_second(), first.from), (1_300_000_000, Licence::from_number(0)));
        assert_eq!(first.to, Licence::from_number(4));
        assert_eq!((second.from, second.to), (Licence::from_number(4), Licence::from_number(0)));
        assert!(read(json!({"stat": "ok"})).value.is_empty());
    }
}
