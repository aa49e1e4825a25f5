//! A path inside the archive, as a value that cannot point anywhere else.

use std::fmt;

/// A path relative to the archive's folder: parts joined by `/`, none of them empty, `.` or `..`.
///
/// It is the same text on every system and in every JSON file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key(String);

/// A text that is no path inside an archive.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no path inside an archive")]
pub(crate) struct BadKey(String);

impl Key {
    /// The archive's folder itself.
    pub(crate) fn top() -> Self {
        Self(String::new())
    }

    /// Takes a relative path as it stands in a JSON file, a catalog or a list of sums.
    pub(crate) fn parse(text: &str) -> Result<Self, BadKey> {
        let good = text.len() <= 1024 && text.split('/').all(is_part);
        if good { Ok(Self(text.to_owned())) } else { Err(BadKey(text.chars().take(80).collect())) }
    }

    /// Takes a path that this crate has made of safe parts; text from outside goes through [`Key::parse`].
    pub(crate) fn known(path: String) -> Self {
        debug_assert!(Self::parse(&path).is_ok(), "{path:?} is no key");
        Self(path)
    }

    /// Returns the file or folder `name` in this folder; a name with `/` in it is refused.
    pub(crate) fn join(&self, name: &str) -> Result<Self, BadKey> {
        if !is_part(name) {
            return Err(BadKey(name.chars().take(80).collect()));
        }
        Self::parse(&if self.is_top() { name.to_owned() } else { format!("{}/{name}", self.0) })
    }

    /// Returns the folder that holds it; the top is its own parent.
    pub(crate) fn parent(&self) -> Self {
        Self(self.0.rsplit_once('/').map_or_else(String::new, |(parent, _)| parent.to_owned()))
    }

    /// Returns the last part; empty for the top.
    pub(crate) fn name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&self.0, |(_, name)| name)
    }

    /// Returns the text with `/` between the parts; empty for the top.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Says whether it is the archive's folder itself.
    pub(crate) fn is_top(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the same name with an ending after it, such as `.part`; the ending holds no `/`.
    pub(crate) fn with_ending(&self, ending: &'static str) -> Self {
        Self(format!("{}{ending}", self.0))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Says whether a name can be one part: control characters are in no name that is ours.
fn is_part(name: &str) -> bool {
    !matches!(name, "" | "." | "..") && name.len() <= 255 && !name.chars().any(|c| c == '/' || c.is_control())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn a_key_cannot_leave_the_archive() {
        for hostile in
            ["", "/", "/etc/x", "a/", "a//b", ".", "..", "../x", "a/../../x", "a/./b", "a\0b", "a/\u{1b}[2J"]
        {
            assert!(Key::parse(hostile).is_err(), "{hostile:?}");
        }
        assert!(Key::parse(&"a".repeat(256)).is_err());
    }

    #[test]
    fn a_name_is_joined_as_one_part() {
        let folder = Key::parse("photos/2011").unwrap();

        assert_eq!(folder.join("a.jpg").unwrap().as_str(), "photos/2011/a.jpg");
        assert_eq!(Key::top().join("a.jpg").unwrap().as_str(), "a.jpg");
        for hostile in ["", "..", "a/b", "../x"] {
            assert!(folder.join(hostile).is_err(), "{hostile:?}");
        }
    }

    #[test]
    fn the_parent_of_a_top_file_is_the_top() {
        let key = Key::parse("photos/2011/a.jpg").unwrap();

        assert_eq!((key.parent().as_str(), key.name()), ("photos/2011", "a.jpg"));
        assert!(Key::parse("README.txt").unwrap().parent().is_top());
        assert_eq!(Key::parse("README.txt").unwrap().name(), "README.txt");
    }
}
