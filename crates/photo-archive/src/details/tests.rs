//! Details put into sidecars: what changes them, what does not, and what stands in their history.

use flickr_model::{Area, Audience, Licence, Media, Permissions, Place, Tag};
use serde_json::json;

use super::*;
use crate::detail_state::Answers;
use crate::merge::{self, Change};
use crate::state::State;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn first() -> Timestamp {
    at("2026-01-01T00:00:00Z")
}

fn later() -> Timestamp {
    at("2026-01-11T00:00:00Z")
}

fn photo() -> Photo {
    let mut photo: Photo = serde_json::from_str(r#"{"id":"7","media":"photo","title":"Sea"}"#).unwrap();
    photo.tags = vec![tag(None, "thesea")];
    photo.place = Some(Place { latitude: 1.5, longitude: 2.5, accuracy: 16, visible_to: None });
    photo.licence = Some(Licence::from_number(4));
    photo
}

fn tag(raw: Option<&str>, text: &str) -> Tag {
    Tag { raw: raw.map(str::to_owned), text: text.to_owned(), author: None, machine: false }
}

fn state(favorites: u64, asked: Timestamp) -> Option<DetailState> {
    Some(DetailState {
        updated: None,
        comments: Some(1),
        favorites: Some(favorites),
        answers: Answers::default(),
        asked,
    })
}

fn comment(id: &str, text: &str) -> Comment {
    Comment {
        id: id.to_owned(),
        author: "1@N00".parse().ok(),
        when: Timestamp::from_second(1000 + id.len() as i64).ok(),
        text: text.to_owned(),
        gone: None,
    }
}

fn favorite(person: &str) -> Favorite {
    Favorite { person: person.parse().unwrap(), when: Timestamp::from_second(5).ok() }
}

fn info() -> Info {
    let area = Some(Area { x: 0.1, y: 0.2, w: 0.3, h: 0.4 });
    Info {
        tags: vec![tag(Some("The Sea"), "thesea")],
        notes: vec![Note { id: "n1".to_owned(), author: None, text: "look".to_owned(), area }],
        permissions: Some(Permissions { comment: Some(Audience::Everybody), add_meta: None }),
        place_names: Some(PlaceNames { locality: Some("Brest".to_owned()), ..PlaceNames::default() }),
        rotation: Some(90),
        ..Info::default()
    }
}

fn known() -> Details {
    Details {
        info: Some((info(), json!({"id": "7", "secret": "abc", "notes": {"note": []}}))),
        comments: Some((vec![comment("a", "nice"), comment("ab", "nicer")], json!({}))),
        favorites: Some((vec![favorite("1@N00"), favorite("2@N00")], json!([{}]))),
        people: Some((Vec::new(), json!({}))),
        albums: Some(vec!["9".parse().unwrap(), "10".parse().unwrap()]),
        state: state(2, first()),
        ..Details::default()
    }
}

fn merged(old: Option<&Sidecar>, photo: Option<&Photo>, details: &Details, now: Timestamp) -> Sidecar {
    let change = Change {
        photo,
        listing: None,
        state: State::Missing,
        reason: None,
        saved: Vec::new(),
        updated: None,
        details: Some(details),
        missed_since: None,
        not_here: Vec::new(),
        now,
    };
    merge::merge("7".parse().unwrap(), old, change)
}

fn sidecar() -> Sidecar {
    merged(None, Some(&photo()), &known(), first())
}

fn fields(sidecar: &Sidecar) -> Vec<&str> {
    sidecar.history.iter().map(|former| former.field.as_str()).collect()
}

#[test]
fn details_come_back_from_the_file_as_they_were_written() {
    let sidecar = sidecar();
    let bytes = sidecar.bytes().unwrap();

    assert_eq!(Sidecar::read(&bytes).unwrap(), sidecar);
    let text = String::from_utf8(bytes).unwrap();
    assert!(!text.contains("abc") && text.contains("\"names\": {") && text.contains("\"removed\""), "{text}");
    assert!(sidecar.history.is_empty());
    assert_eq!(sidecar.rotation, Some(90));
    assert_eq!(sidecar.tags, info().tags);
}

#[test]
fn the_same_details_again_change_nothing_whatever_flickrs_raw_answer_says() {
    let mut again = known();
    again.state = state(2, later());
    again.info.as_mut().unwrap().1 = json!({"views": "99"});

    assert_eq!(merged(Some(&sidecar()), Some(&photo()), &again, later()), sidecar());
    assert_eq!(merged(Some(&sidecar()), None, &again, later()), sidecar());
    assert_eq!(merged(Some(&sidecar()), Some(&photo()), &Details::default(), later()), sidecar());
}

#[test]
fn an_answer_of_nothing_is_written_once_so_that_it_shows_it_was_asked() {
    let bare = merged(None, Some(&photo()), &Details::default(), first());
    let asked = Details { comments: Some((Vec::new(), json!({}))), ..Details::default() };

    let next = merged(Some(&bare), None, &asked, later());

    assert_ne!(next, bare);
    assert_eq!(next.details.comments, Some(Vec::new()));
    assert!(next.history.is_empty());
    assert_eq!(merged(Some(&next), None, &asked, later()), next);
}

#[test]
fn a_comment_that_vanished_stays_marked_and_one_that_was_edited_leaves_its_words() {
    let mut changed = known();
    changed.comments = Some((vec![comment("ab", "nicest"), comment("abc", "new")], json!({})));

    let next = merged(Some(&sidecar()), None, &changed, later());

    let comments = next.details.comments.as_ref().unwrap();
    let said: Vec<_> =
        comments.iter().map(|one| (one.value.text.as_str(), one.value.gone.is_some())).collect();
    assert_eq!(said, [("nice", true), ("nicest", false), ("new", false)]);
    assert_eq!(fields(&next), ["comment"]);
    let back = merged(Some(&next), None, &known(), later());
    assert_eq!(back.details.comments.unwrap().first().unwrap().value.gone, None);
}

#[test]
fn new_favourites_alone_wait_for_thirty_days() {
    let mut more = known();
    more.favorites = Some((vec![favorite("1@N00"), favorite("3@N00")], json!([])));

    more.state = state(3, later());
    let early = merged(Some(&sidecar()), None, &more, later());
    let with_title = Photo { title: "Ocean".to_owned(), ..photo() };
    let with_more = merged(Some(&sidecar()), Some(&with_title), &more, later());
    let late = merged(Some(&sidecar()), None, &more, at("2026-02-01T00:00:00Z"));

    assert_eq!(early, sidecar());
    assert!(favorites_wait(&early, &more) && !favorites_wait(&with_more, &more));
    for next in [with_more, late] {
        let gone: Vec<bool> =
            next.details.favorites.iter().flatten().map(Open::<Favorite>::is_gone).collect();
        assert_eq!(gone, [false, true, false]);
        assert_eq!(next.details.details.unwrap().value.favorites, Some(3));
    }
}

#[test]
fn every_changed_detail_leaves_its_former_value() {
    let mut changed = known();
    let (info, _) = changed.info.as_mut().unwrap();
    info.tags = vec![tag(Some("theSEA"), "thesea")];
    info.notes.clear();
    info.permissions = Some(Permissions { comment: Some(Audience::Nobody), add_meta: None });
    info.place_names = Some(PlaceNames { locality: Some("Roscoff".to_owned()), ..PlaceNames::default() });
    let person = PersonTag { person: "5@N00".parse().unwrap(), added_by: None, area: None };
    changed.people = Some((vec![person], json!({})));
    changed.albums = Some(vec!["10".parse().unwrap()]);

    let next = merged(Some(&sidecar()), Some(&photo()), &changed, later());

    assert_eq!(fields(&next), ["tags", "place", "notes", "permissions", "people", "albums"]);
    assert_eq!(next.history.last().unwrap().was, json!(["10", "9"]));
    assert_eq!(next.place_names().unwrap().locality.as_deref(), Some("Roscoff"));
}

#[test]
fn the_names_of_a_place_go_with_its_coordinates_and_not_with_its_viewers() {
    let mut moved = photo();
    moved.place.as_mut().unwrap().latitude = 3.0;

    let next = merged(Some(&sidecar()), Some(&moved), &Details::default(), later());

    assert_eq!(next.place_names(), None);
    let viewers = flickr_model::PlaceViewers { public: true, contacts: false, friends: false, family: false };
    let mut shown = known();
    shown.info.as_mut().unwrap().0.place_viewers = Some(viewers);
    let next = merged(Some(&sidecar()), Some(&photo()), &shown, later());
    assert_eq!(next.place.as_ref().unwrap().value.visible_to, Some(viewers));
    assert!(next.place_names().is_some());
    assert_eq!(merged(Some(&next), Some(&photo()), &Details::default(), later()), next);
}

#[test]
fn the_order_of_people_and_albums_is_no_change() {
    let mut turned = known();
    turned.albums.as_mut().unwrap().reverse();
    turned.comments.as_mut().unwrap().0.reverse();
    turned.favorites.as_mut().unwrap().0.reverse();

    assert_eq!(merged(Some(&sidecar()), None, &turned, later()), sidecar());
}

#[test]
fn what_was_refused_is_written_until_it_is_answered() {
    let method = "flickr.photos.getExif";
    let refused = vec![(method.to_owned(), "Permission denied".to_owned())];
    let next = merged(Some(&sidecar()), None, &Details { refused, ..Details::default() }, later());
    assert_eq!(next.details.refused.get(method).unwrap(), "Permission denied");

    let answered = Details { exif: Some((Vec::new(), json!([]))), ..Details::default() };
    let next = merged(Some(&next), None, &answered, later());

    assert!(next.details.refused.is_empty() && next.details.exif.is_some());
}

#[test]
fn a_raw_spelling_is_told_by_details_and_survives_listings() {
    let listed = merged(None, Some(&photo()), &Details::default(), first());
    let detailed = merged(Some(&listed), None, &known(), later());

    let again = merged(Some(&detailed), Some(&photo()), &Details::default(), later());

    assert_eq!(again, detailed);
    assert_eq!((detailed.tags, detailed.media), (info().tags, Media::Photo));
    assert!(detailed.history.is_empty());
}
