//! What people say of each other on their profile pages: of the signed-in person, and by them.
//!
//! No answer of these methods was ever recorded. The names of the fields are those that another program reads,
//! with the ones that other methods of Flickr use for the same things beside them.

use flickr_model::{Testimonial, TestimonialState, UserId};
use serde_json::{Map, Value, json};

use crate::lenient::Scalar;
use crate::pages::{List, Pages};
use crate::told::Told;
use crate::{FlickrClient, FlickrError};

/// 50 is the documented most.
pub(crate) const ABOUT_ME: List<Testimonial> = List {
    method: "flickr.testimonials.getAllTestimonialsAbout",
    per_page: 50,
    noun: "testimonials",
    row: "testimonial",
    read: testimonial,
};

pub(crate) const BY_ME: List<Testimonial> =
    List { method: "flickr.testimonials.getAllTestimonialsBy", ..ABOUT_ME };

impl FlickrClient {
    /// Asks for all testimonials about and by the signed-in person, pending ones included: one call for each 50,
    /// two at least. `me` stands for the side that an answer leaves out.
    pub async fn testimonials(&self, me: &UserId) -> Result<Told<Vec<Testimonial>>, FlickrError> {
        let (about, about_raw) = whole(self, ABOUT_ME).await?;
        let (by, by_raw) = whole(self, BY_ME).await?;
        let about =
            about.into_iter().map(|told| Testimonial { to: told.to.or_else(|| Some(me.clone())), ..told });
        let by =
            by.into_iter().map(|told| Testimonial { from: told.from.or_else(|| Some(me.clone())), ..told });
        Ok(Told::new(about.chain(by).collect(), json!({"about": about_raw, "by": by_raw})))
    }
}

/// There are a few at most: each is approved by hand.
async fn whole(
    client: &FlickrClient,
    list: List<Testimonial>,
) -> Result<(Vec<Testimonial>, Vec<Value>), FlickrError> {
    let mut pages = Pages::of(client, list, Vec::new());
    let (mut all, mut raw) = (Vec::new(), Vec::new());
    while let Some(portion) = pages.next_page().await? {
        for row in portion.rows {
            all.push(row.value);
            raw.push(row.raw);
        }
    }
    Ok((all, raw))
}

fn testimonial(fields: &Map<String, Value>) -> Option<Testimonial> {
    let first = |names: &[&str]| names.iter().find_map(|name| Scalar::field(fields, name).into_filled());
    let person = |names: &[&str]| names.iter().find_map(|name| id(fields.get(*name)?));
    let told = Testimonial {
        id: first(&["testimonial_id", "id"]),
        from: person(&["author", "author_id", "by_user", "by", "user_id"]),
        to: person(&["target_user_id", "about_user", "about"]),
        text: first(&["body", "_content", "testimonial_text", "text"]).unwrap_or_default(),
        when: ["date_create", "datecreate", "date_created", "date"]
            .iter()
            .find_map(|name| Scalar::field(fields, name).moment()),
        approved: Scalar::field(fields, "date_approved").moment(),
        state: state(fields),
    };
    (told.id.is_some() || !told.text.is_empty()).then_some(told)
}

/// A person's id, alone or within what is told of them.
fn id(person: &Value) -> Option<UserId> {
    let id = person.get("nsid").or_else(|| person.get("id")).unwrap_or(person);
    Scalar::of(id).filled()?.parse().ok()
}

fn state(fields: &Map<String, Value>) -> Option<TestimonialState> {
    let flag = |names: [&str; 2]| names.iter().find_map(|name| Scalar::field(fields, name).flag());
    let approved = flag(["approved", "is_approved"]);
    let is_approved = approved.or_else(|| flag(["pending", "is_pending"]).map(|pending| !pending))?;
    Some(if is_approved { TestimonialState::Approved } else { TestimonialState::Pending })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;
    use crate::pages::read;

    #[test]
    fn a_testimonial_is_read_whatever_its_fields_are_called() {
        let answer = json!({"testimonials": {"page": 1, "pages": 1, "total": "3", "testimonial": [
            {"testimonial_id": "5", "user_id": "2@N00", "username": "bob", "target_user_id": "1@N00", "date_create": "1334836152",
                "approved": 1, "_content": "Good eye"},
            {"id": 6, "by_user": {"nsid": "3@N00", "username": "cleo"}, "about_user": {"nsid": "1@N00"}, "body": {"_content": " Kind "},
                "date_approved": 0, "approved": ""},
            {}]}});

        let (portion, _) = read(&ABOUT_ME, answer);

        let [first, second]: [_; 2] = portion.rows.try_into().unwrap();
        assert_eq!((first.value.text.as_str(), first.value.from.clone()), ("Good eye", "2@N00".parse().ok()));
        assert_eq!(first.value.state, Some(TestimonialState::Approved));
        assert_eq!(first.people.first().unwrap().username, "bob");
        assert_eq!((second.value.id.as_deref(), second.value.text.as_str()), (Some("6"), " Kind "));
        assert_eq!(
            (second.value.from.clone(), second.value.to.clone()),
            ("3@N00".parse().ok(), "1@N00".parse().ok())
        );
        assert_eq!(second.value.approved, None);
        assert_eq!((second.value.state, portion.unreadable), (Some(TestimonialState::Pending), 1));
    }
}
