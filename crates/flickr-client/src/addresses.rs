//! Which addresses of pictures and videos may be asked, where a redirect leads, and how a query is written.

use url::{Host, Url};

use crate::quirks;

/// Who may be asked for bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Allowed {
    /// Flickr's own hosts, encrypted.
    Flickr,
    /// Those, and every port of this computer: tests and the demonstration.
    FlickrAndLoopback,
}

/// Why an address is not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RefusedAddress {
    /// The text is no address.
    #[error("what Flickr gave as an address is none")]
    NotAnAddress,
    /// Not encrypted, not a web address at all, or with a name and password in it.
    #[error("the address is not a plain https address")]
    NotHttps,
    /// Some other host than Flickr's.
    #[error("the address is not on a host of Flickr's")]
    ForeignHost,
    /// The picture that says that there is no picture.
    #[error("the address is that of Flickr's picture for photos it does not have")]
    Placeholder,
    /// The address of one picture leads to that of another one, or of another size.
    #[error("the address leads to another picture")]
    AnotherPicture,
    /// More than five redirects one after the other.
    #[error("the address leads from redirect to redirect")]
    TooManyRedirects,
}

/// Most redirects followed for one picture; Flickr needs one for a video.
pub(crate) const MOST_REDIRECTS: usize = 5;

impl Allowed {
    /// Reads an address that Flickr gave and says whether it may be asked.
    pub(crate) fn check(self, address: &str) -> Result<Url, RefusedAddress> {
        let url = Url::parse(address).map_err(|_| RefusedAddress::NotAnAddress)?;
        self.permit(url)
    }

    /// Resolves the `Location` of a redirect against the address that gave it, and checks it the same way.
    pub(crate) fn follow(self, from: &Url, location: &str) -> Result<Url, RefusedAddress> {
        let url = from.join(location).map_err(|_| RefusedAddress::NotAnAddress)?;
        match (picture_in(from.path()), picture_in(url.path())) {
            (Some(asked), Some(other)) if asked != other => Err(RefusedAddress::AnotherPicture),
            _ => self.permit(url),
        }
    }

    fn permit(self, url: Url) -> Result<Url, RefusedAddress> {
        if quirks::is_placeholder(url.path()) {
            return Err(RefusedAddress::Placeholder);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(RefusedAddress::NotHttps);
        }
        if self == Self::FlickrAndLoopback && url.scheme() == "http" && is_loopback(&url) {
            return Ok(url);
        }
        let encrypted = url.scheme() == "https" && url.port().is_none();
        match (is_flickr(&url), encrypted) {
            (false, _) => Err(RefusedAddress::ForeignHost),
            (true, false) => Err(RefusedAddress::NotHttps),
            (true, true) => Ok(url),
        }
    }
}

/// The id of the photo and the letter of the size in an address of the form that Flickr's pictures have
/// (`…/{id}_{secret}_{letter}.jpg`); nothing for any other form, such as those of videos.
fn picture_in(address: &str) -> Option<(&str, &str)> {
    let name = address.split(['?', '#']).next()?.rsplit('/').next()?;
    let mut parts = name.split('.').next()?.split('_');
    let (id, secret, letter) = (parts.next()?, parts.next()?, parts.next().unwrap_or_default());
    let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    let is_secret = !secret.is_empty() && secret.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_id && is_secret).then_some((id, letter))
}

/// Whether the address is on this computer: 127.0.0.1, ::1 or localhost.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address == std::net::Ipv4Addr::LOCALHOST,
        Some(Host::Ipv6(address)) => address == std::net::Ipv6Addr::LOCALHOST,
        None => false,
    }
}

fn is_flickr(url: &Url) -> bool {
    let Some(Host::Domain(name)) = url.host() else { return false };
    ["staticflickr.com", "flickr.com"]
        .iter()
        .any(|own| name == *own || name.strip_suffix(own).is_some_and(|before| before.ends_with('.')))
}

/// Writes an address of Flickr's that is old (`http://farm3.staticflickr.com/…`) or without a scheme as https;
/// others stay as they are.
pub(crate) fn encrypted(address: &str) -> String {
    let address = address.trim();
    let rest = address.strip_prefix("http://").or_else(|| address.strip_prefix("//"));
    let rest = rest.filter(|rest| names_flickr(rest));
    let upgraded = rest.map(|rest| format!("https://{rest}"));
    match upgraded {
        Some(upgraded) if Url::parse(&upgraded).is_ok_and(|url| is_flickr(&url) && url.port().is_none()) => {
            upgraded
        }
        _ => address.to_owned(),
    }
}

/// Whether an address behind its scheme may be one of Flickr's: a quick look, so that others need not be taken apart.
fn names_flickr(rest: &str) -> bool {
    const NAME: &[u8] = b"flickr.com";
    let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    host.as_bytes().windows(NAME.len()).any(|part| part.eq_ignore_ascii_case(NAME))
}

/// The lower-case ending of an address's last part, such as `jpg`.
pub(crate) fn ending(address: &str) -> Option<String> {
    let (_, rest) = address.split_once("://")?;
    let (_, name) = rest.split(['?', '#']).next()?.rsplit_once('/')?;
    let (_, ending) = name.rsplit_once('.')?;
    let sane = (1..=5).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    sane.then(|| ending.to_ascii_lowercase())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn flickrs_own_hosts_are_asked_over_https_only() {
        for good in [
            "https://live.staticflickr.com/65535/1_a_o.jpg",
            "https://farm3.staticflickr.com/1/2.jpg",
            "https://farm1.static.flickr.com/1/2.jpg",
            "https://www.flickr.com/photos/me/1/play/orig/abc/",
        ] {
            assert!(Allowed::Flickr.check(good).is_ok(), "{good}");
        }
        for (bad, why) in [
            ("http://live.staticflickr.com/1.jpg", RefusedAddress::NotHttps),
            ("https://live.staticflickr.com:444/1.jpg", RefusedAddress::NotHttps),
            ("https://a:b@live.staticflickr.com/1.jpg", RefusedAddress::NotHttps),
            ("https://live.staticflickr.com.example.org/1.jpg", RefusedAddress::ForeignHost),
            ("https://evilstaticflickr.com/1.jpg", RefusedAddress::ForeignHost),
            ("https://10.0.0.1/1.jpg", RefusedAddress::ForeignHost),
            ("file:///etc/passwd", RefusedAddress::ForeignHost),
            ("http://127.0.0.1:80/1.jpg", RefusedAddress::ForeignHost),
            ("https://s.yimg.com/pw/images/en-us/photo_unavailable.png", RefusedAddress::Placeholder),
            ("", RefusedAddress::NotAnAddress),
        ] {
            assert_eq!(Allowed::Flickr.check(bad), Err(why), "{bad}");
        }
    }

    #[test]
    fn loopback_is_asked_in_tests_and_nothing_else_without_encryption() {
        let allowed = Allowed::FlickrAndLoopback;

        for good in ["http://127.0.0.1:1234/a.jpg", "http://localhost:1/a.jpg", "http://[::1]:9/a.jpg"] {
            assert!(allowed.check(good).is_ok(), "{good}");
        }
        for bad in ["http://127.0.0.2/a.jpg", "http://localhost.example.org/a.jpg", "ftp://127.0.0.1/a.jpg"] {
            assert!(allowed.check(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_redirect_to_another_picture_or_another_size_is_not_followed() {
        let from = Url::parse("https://live.staticflickr.com/1/77_ab12_o.jpg?x=1").unwrap();
        let leads = |location: &str| Allowed::Flickr.follow(&from, location).map(|_| ());

        assert_eq!(leads("/2/78_ab12_o.jpg"), Err(RefusedAddress::AnotherPicture));
        assert_eq!(leads("/1/77_ab12_b.jpg"), Err(RefusedAddress::AnotherPicture));
        assert_eq!(leads("/1/77_ab12.jpg"), Err(RefusedAddress::AnotherPicture));
        for same in ["/9/77_cd34_o.jpg", "/1/77_ab12_o_d.png", "/stored/8f2c", "/1/77_x_o.jpg"] {
            assert_eq!(leads(same), Ok(()), "{same}");
        }
    }

    #[test]
    fn a_redirect_is_checked_like_any_address() {
        let from = Url::parse("https://www.flickr.com/photos/me/1/play/orig/abc/").unwrap();
        let allowed = Allowed::Flickr;

        assert_eq!(allowed.follow(&from, "/x.mp4").unwrap().as_str(), "https://www.flickr.com/x.mp4");
        assert_eq!(allowed.follow(&from, "http://live.staticflickr.com/x"), Err(RefusedAddress::NotHttps));
        assert_eq!(allowed.follow(&from, "//10.1.2.3/x"), Err(RefusedAddress::ForeignHost));
        let unavailable = "https://live.staticflickr.com/photo_unavailable_l.png";
        assert_eq!(allowed.follow(&from, unavailable), Err(RefusedAddress::Placeholder));
    }

    #[test]
    fn only_old_addresses_of_flickr_are_upgraded() {
        assert_eq!(encrypted("http://farm3.staticflickr.com/a.jpg"), "https://farm3.staticflickr.com/a.jpg");
        assert_eq!(encrypted("//live.staticflickr.com/a.jpg"), "https://live.staticflickr.com/a.jpg");
        assert_eq!(encrypted("http://127.0.0.1:80/a.jpg"), "http://127.0.0.1:80/a.jpg");
        assert_eq!(encrypted("http://example.org/a.jpg"), "http://example.org/a.jpg");
    }

    #[test]
    fn the_ending_is_that_of_the_path() {
        assert_eq!(ending("https://live.staticflickr.com/1/2_a_o.PNG?s=a.b"), Some("png".to_owned()));
        assert_eq!(ending("https://www.flickr.com/photos/a.b/1/play/orig/c/"), None);
        assert_eq!(ending("no address"), None);
    }
}
