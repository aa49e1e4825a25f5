//! One photo as listings tell it: the keys follow the extras that were asked for, and Flickr's own names for them.

use crate::addresses::{original_address, size_address};
use crate::json::Json;
use crate::overlay::Overlay;
use crate::photo::{Kind, Photo, Streams, Visibility};
use crate::rest::Call;
use crate::shape::{LONGEST_FREE, SIZES, Size};
use crate::tags::{all_joined, machine_joined};
use crate::whereabouts;
use crate::world::World;
use crate::{liked, said};

/// The extras a caller asked for; unknown ones are passed over in silence, as at Flickr.
pub(crate) struct Extras {
    names: Vec<String>,
    sizes: [bool; SIZES.len()],
    has_geo: bool,
}

impl Extras {
    /// Reads a comma list.
    pub(crate) fn read(list: &str) -> Self {
        let mut names: Vec<String> = list.split(',').map(|name| name.trim().to_owned()).collect();
        names.sort();
        let has = |name: &str| names.iter().any(|known| known == name);
        let sizes = SIZES.each_ref().map(|size| has(&format!("url_{}", size.extra)));
        let has_geo = has("geo");
        Self { names, sizes, has_geo }
    }

    fn has(&self, name: &str) -> bool {
        self.names.binary_search_by(|known| known.as_str().cmp(name)).is_ok()
    }
}

/// Tells photos, one after the other, for one call.
pub(crate) struct Teller<'a> {
    world: &'a World,
    extras: Extras,
    is_owner: bool,
    is_free: bool,
    drifts: bool,
    machine_tags_among_tags: bool,
    more: bool,
}

impl<'a> Teller<'a> {
    /// Prepares to tell photos to a caller.
    pub(crate) fn new(call: &Call<'a>, extras: Extras) -> Self {
        let behaviour = call.world.behaviour();
        Self {
            world: call.world,
            extras,
            is_owner: call.is_owner,
            is_free: behaviour.free_account,
            drifts: behaviour.type_drift,
            machine_tags_among_tags: behaviour.machine_tags_among_tags,
            more: behaviour.more_extras,
        }
    }

    /// Adds one photo to the list.
    pub(crate) fn tell(&self, json: &mut Json, photo: &Photo, overlay: &Overlay) {
        json.open_item();
        self.facts(json, photo, overlay);
        json.close();
    }

    /// Adds the facts of one photo to an open object, for lists that say more of it.
    pub(crate) fn facts(&self, json: &mut Json, photo: &Photo, overlay: &Overlay) {
        json.string("id", &photo.id.to_string());
        json.string("owner", &self.world.account.nsid);
        self.behind_id(json, photo, overlay);
    }

    /// The same without the owner, whom albums name once for all.
    pub(crate) fn facts_without_owner(&self, json: &mut Json, photo: &Photo, overlay: &Overlay) {
        json.string("id", &photo.id.to_string());
        self.behind_id(json, photo, overlay);
    }

    fn behind_id(&self, json: &mut Json, photo: &Photo, overlay: &Overlay) {
        json.string("secret", &photo.secret);
        json.string("server", &photo.server.to_string());
        json.int("farm", (photo.server / 1_000 + 1) as i64);
        json.string("title", &photo.title);
        visibility(json, photo.visibility);
        self.words(json, photo);
        self.dates(json, photo);
        self.numbers(json, photo);
        self.counts(json, photo, overlay);
        if self.extras.has_geo {
            whereabouts::in_listing(json, photo.location.as_ref());
        }
        self.files(json, photo);
    }

    fn words(&self, json: &mut Json, photo: &Photo) {
        let account = &self.world.account;
        if self.extras.has("description") {
            json.content("description", &photo.description);
        }
        if self.extras.has("owner_name") {
            json.string("ownername", &account.username);
        }
        if self.extras.has("realname") {
            json.string("realname", &account.fullname);
        }
        if self.extras.has("path_alias") {
            json.string_or_null("pathalias", account.path_alias.as_deref());
        }
        if self.extras.has("icon_server") {
            json.string("iconserver", "65535");
            json.int("iconfarm", 66);
        }
        if self.extras.has("tags") {
            json.string("tags", &all_joined(&photo.tags, self.machine_tags_among_tags));
        }
        if self.extras.has("machine_tags") {
            json.string("machine_tags", &machine_joined(&photo.tags));
        }
    }

    fn dates(&self, json: &mut Json, photo: &Photo) {
        if self.extras.has("date_upload") {
            json.text_int("dateupload", photo.uploaded);
        }
        if self.extras.has("last_update") {
            json.text_int("lastupdate", photo.updated);
        }
        if self.extras.has("date_taken") {
            json.string("datetaken", &photo.taken.text);
            json.loose_int("datetakengranularity", photo.taken.granularity);
            json.text_int("datetakenunknown", photo.taken.unknown.into());
        }
    }

    fn numbers(&self, json: &mut Json, photo: &Photo) {
        if self.extras.has("license") {
            json.text_int("license", photo.licence);
        }
        if self.extras.has("safety_level") {
            json.text_int("safety_level", photo.safety_level);
        }
        if self.extras.has("views") {
            json.text_int("views", photo.views);
        }
        if self.extras.has("count_views") {
            json.text_int("count_views", photo.views);
        }
        if self.extras.has("media") {
            let is_pending = photo.kind == Kind::Video(Streams::Pending);
            json.string("media", if photo.is_video() { "video" } else { "photo" });
            json.string("media_status", if is_pending { "processing" } else { "ready" });
        }
    }

    fn counts(&self, json: &mut Json, photo: &Photo, overlay: &Overlay) {
        let account = &self.world.account;
        if self.extras.has("count_comments") {
            json.text_int("count_comments", said::count(account, photo.index, overlay) as i64);
        }
        if self.extras.has("count_faves") {
            json.text_int("count_faves", liked::count(account, photo.index, overlay) as i64);
        }
        if self.more && self.extras.has("rotation") {
            json.text_int("rotation", photo.rotation);
        }
        if self.more && self.extras.has("content_type") {
            json.text_int("content_type", photo.content);
        }
    }

    fn files(&self, json: &mut Json, photo: &Photo) {
        let has_original = self.is_owner && !self.is_free;
        if self.extras.has("original_format") && has_original {
            json.string("originalsecret", &photo.original_secret);
            json.string("originalformat", photo.extension());
        }
        if self.extras.has("o_dims") && has_original {
            json.text_int("o_width", photo.dimensions.width.into());
            json.text_int("o_height", photo.dimensions.height.into());
        }
        for (size, _) in SIZES.iter().zip(self.extras.sizes).filter(|(_, asked)| *asked) {
            self.size(json, photo, size);
        }
        if self.extras.has("url_o") && has_original {
            json.string("url_o", &original_address(self.world, photo));
            json.text_int("height_o", photo.dimensions.height.into());
            json.text_int("width_o", photo.dimensions.width.into());
        }
    }

    fn size(&self, json: &mut Json, photo: &Photo, size: &Size) {
        if self.is_free && size.long > LONGEST_FREE {
            return;
        }
        let Some(dimensions) = size.of(photo.shown()) else { return };
        let letter = size.extra;
        json.string(&format!("url_{letter}"), &size_address(self.world, photo, size));
        // Flickr writes a stored number as text and a computed one as number, side by side in one record.
        let computed = !self.drifts || matches!(letter, "sq" | "n" | "c" | "h" | "k");
        dimension(json, &format!("height_{letter}"), dimensions.height, computed);
        dimension(json, &format!("width_{letter}"), dimensions.width, !self.drifts || letter == "sq");
    }
}

fn dimension(json: &mut Json, name: &str, pixels: u32, as_number: bool) {
    match as_number {
        true => json.int(name, pixels.into()),
        false => json.string(name, &pixels.to_string()),
    }
}

/// Writes who may see a photo.
pub(crate) fn visibility(json: &mut Json, visibility: Visibility) {
    let (public, friend, family) = match visibility {
        Visibility::Public => (1, 0, 0),
        Visibility::Friends => (0, 1, 0),
        Visibility::Family => (0, 0, 1),
        Visibility::FriendsAndFamily => (0, 1, 1),
        Visibility::Private => (0, 0, 0),
    };
    json.int("ispublic", public);
    json.int("isfriend", friend);
    json.int("isfamily", family);
}
