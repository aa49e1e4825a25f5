//! Where things lie: the addresses of pictures, films and pages, written and read.

use crate::photo::Photo;
use crate::shape::{SIZES, Size};
use crate::world::World;

/// The address of a photo's original, or of a video's poster.
pub(crate) fn original_address(world: &World, photo: &Photo) -> String {
    let Photo { server, id, original_secret, .. } = photo;
    format!("{}/{server}/{id}_{original_secret}_o.{}", world.addresses.images, photo.extension())
}

/// The address of a smaller size; the large ones have secrets of their own.
pub(crate) fn size_address(world: &World, photo: &Photo, size: &Size) -> String {
    let secret = size.own_secret.map_or_else(|| photo.secret.clone(), |of| photo.large_secret(of));
    format!("{}/{}/{}_{secret}{}.jpg", world.addresses.images, photo.server, photo.id, size.suffix)
}

/// Where the pages for people lie. No program reads them, so that they are Flickr's own, the same on every run.
pub(crate) const PAGES: &str = "https://www.flickr.com";

/// The page of a photo.
pub(crate) fn page_address(world: &World, photo: &Photo) -> String {
    format!("{PAGES}/photos/{}/{}/", world.account.name_in_addresses(), photo.id)
}

/// What a path on the image host asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asked<'a> {
    /// A picture; the suffix is `_o` or that of a size.
    Picture { id: u64, secret: &'a str, suffix: &'a str, extension: &'a str },
    /// A stream of a video.
    Stream { id: u64, secret: &'a str, label: &'a str },
}

/// Reads a path of the image host.
pub(crate) fn read(path: &str) -> Option<Asked<'_>> {
    let parts: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    match parts.as_slice() {
        ["video", id, secret, file] => {
            let label = file.strip_suffix(".mp4")?;
            Some(Asked::Stream { id: id.parse().ok()?, secret, label })
        }
        [_, file] => {
            let (name, extension) = file.rsplit_once('.')?;
            let (id, rest) = name.split_once('_')?;
            let secret = rest.split('_').next()?;
            let suffix = &rest[secret.len()..];
            Some(Asked::Picture { id: id.parse().ok()?, secret, suffix, extension })
        }
        _ => None,
    }
}

/// Finds a size by its ending in addresses.
pub(crate) fn size_of(suffix: &str) -> Option<&'static Size> {
    SIZES.iter().find(|size| size.suffix == suffix)
}

#[cfg(test)]
mod tests {
    use super::{Asked, read};

    #[test]
    fn paths_of_the_image_host_are_read() {
        let picture = Asked::Picture { id: 12, secret: "ab", suffix: "_o", extension: "png" };
        assert_eq!(read("/65535/12_ab_o.png"), Some(picture));
        let medium = Asked::Picture { id: 12, secret: "ab", suffix: "", extension: "jpg" };
        assert_eq!(read("/65535/12_ab.jpg"), Some(medium));
        assert_eq!(
            read("/video/12/ab/720p.mp4"),
            Some(Asked::Stream { id: 12, secret: "ab", label: "720p" })
        );
        assert_eq!(read("/65535/doesnotexist.jpg"), None);
        assert_eq!(read("/photo_unavailable.gif"), None);
    }
}
