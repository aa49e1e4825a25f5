//! A writer of JSON text with Flickr's habits: `\/`, `\uXXXX`, and numbers that are now a number, now a text.
//!
//! Flickr's number-or-text drift was measured over recordings from 2012 to 2023; which one a field shows follows no
//! rule that a reader could rely on, so with drift switched on the writer throws a die for each such field.

use crate::chance::scramble;

/// JSON text as it grows.
pub(crate) struct Json {
    text: String,
    drift: Option<u64>,
}

impl Json {
    /// Starts with an open object. With a drift seed, loose numbers change their type from field to field.
    pub(crate) fn object(drift: Option<u64>) -> Self {
        Self { text: String::from("{"), drift }
    }

    /// Closes the outermost object with Flickr's `stat` and returns the text.
    pub(crate) fn finish_ok(mut self) -> String {
        self.string("stat", "ok");
        self.text.push('}');
        self.text
    }

    /// Starts an object under a name.
    pub(crate) fn open(&mut self, name: &str) {
        self.name(name);
        self.text.push('{');
    }

    /// Starts an object inside a list.
    pub(crate) fn open_item(&mut self) {
        self.comma();
        self.text.push('{');
    }

    /// Closes the innermost object.
    pub(crate) fn close(&mut self) {
        self.text.push('}');
    }

    /// Starts a list under a name.
    pub(crate) fn list(&mut self, name: &str) {
        self.name(name);
        self.text.push('[');
    }

    /// Closes the innermost list.
    pub(crate) fn close_list(&mut self) {
        self.text.push(']');
    }

    /// Writes a text field.
    pub(crate) fn string(&mut self, name: &str, value: &str) {
        self.name(name);
        self.quoted(value);
    }

    /// Writes a text that may be absent as `null` (or, drifting, as an empty text).
    pub(crate) fn string_or_null(&mut self, name: &str, value: Option<&str>) {
        match value {
            Some(value) => self.string(name, value),
            None if self.falls_the_other_way() => self.string(name, ""),
            None => self.raw(name, "null"),
        }
    }

    /// Writes a number that is always a number.
    pub(crate) fn int(&mut self, name: &str, value: i64) {
        self.raw(name, &value.to_string());
    }

    /// Writes a number that is a number, but drifts to a text.
    pub(crate) fn loose_int(&mut self, name: &str, value: i64) {
        if self.falls_the_other_way() {
            self.string(name, &value.to_string());
        } else {
            self.int(name, value);
        }
    }

    /// Writes a number that is a text, but drifts to a number.
    pub(crate) fn text_int(&mut self, name: &str, value: i64) {
        if self.falls_the_other_way() {
            self.int(name, value);
        } else {
            self.string(name, &value.to_string());
        }
    }

    /// Writes a decimal that is a text, but drifts to a number.
    pub(crate) fn text_decimal(&mut self, name: &str, value: &str) {
        if self.falls_the_other_way() {
            self.raw(name, value);
        } else {
            self.string(name, value);
        }
    }

    /// Writes Flickr's `{"_content": "…"}`.
    pub(crate) fn content(&mut self, name: &str, value: &str) {
        self.open(name);
        self.string("_content", value);
        self.close();
    }

    /// Writes Flickr's `{"_content": …}` round a loose number.
    pub(crate) fn content_int(&mut self, name: &str, value: i64) {
        self.open(name);
        self.loose_int("_content", value);
        self.close();
    }

    /// Writes a field whose value is JSON already.
    pub(crate) fn raw(&mut self, name: &str, value: &str) {
        self.name(name);
        self.text.push_str(value);
    }

    fn falls_the_other_way(&mut self) -> bool {
        let Some(state) = self.drift.as_mut() else { return false };
        *state = scramble(*state);
        *state & 1 == 1
    }

    fn name(&mut self, name: &str) {
        self.comma();
        self.quoted(name);
        self.text.push(':');
    }

    fn comma(&mut self) {
        if !self.text.ends_with(['{', '[']) {
            self.text.push(',');
        }
    }

    fn quoted(&mut self, value: &str) {
        quote(&mut self.text, value);
    }
}

/// Appends a text in quotation marks, escaped as Flickr escapes it.
pub(crate) fn quote(out: &mut String, value: &str) {
    out.push('"');
    for letter in value.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '/' => out.push_str("\\/"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            ' '..='~' => out.push(letter),
            _ => {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    out.push('"');
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may unwrap")]
mod tests {
    use super::Json;

    #[test]
    fn every_text_comes_back_and_the_form_is_flickrs() {
        let odd = "a/b \"q\" \\ \u{0}\u{1b}\n é 🎉 {[";
        let mut json = Json::object(None);
        json.string("title", odd);
        json.list("empty");
        json.close_list();
        json.open("inner");
        json.text_int("n", 5);
        json.close();

        let text = json.finish_ok();

        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["title"], odd);
        assert_eq!(read["inner"]["n"], "5");
        assert!(text.contains("a\\/b") && text.contains("\\u00e9") && text.contains("\\ud83c\\udf89"));
    }
}
