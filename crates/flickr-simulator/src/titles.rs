//! Titles, descriptions and tags: ordinary ones, and those that try to break file names, terminals and pages.

const THINGS: [&str; 12] = [
    "Harbour",
    "Old bridge",
    "Garden gate",
    "Market hall",
    "Lighthouse",
    "Winter field",
    "Ferry",
    "Kitchen table",
    "Birch wood",
    "Station clock",
    "Grandmother",
    "First snow",
];
const TIMES: [&str; 8] =
    ["at dusk", "in May", "after the rain", "from the east", "one morning", "à l'aube", "mit Möwen", "夕方"];

/// An ordinary title, drawn by number; about one in three is the camera's own.
pub(crate) fn ordinary(drawn: u64) -> String {
    if drawn.is_multiple_of(3) {
        return format!("IMG_{:04}", (drawn >> 8) % 10_000);
    }
    let thing = THINGS[(drawn >> 8) as usize % THINGS.len()];
    let time = TIMES[(drawn >> 20) as usize % TIMES.len()];
    format!("{thing} {time}")
}

/// A title meant to do harm; the row starts anew after its last.
pub(crate) fn hostile(ordinal: u64) -> String {
    let row: [&str; 26] = [
        "../../etc/passwd",
        "",
        "CON",
        "equal",
        "equal",
        "<script>alert(1)</script></title>",
        "\u{202e}gpj.exe",
        "🎉👩\u{200d}👩\u{200d}👧🏽",
        "\u{1b}]0;x\u{7}\u{1b}[2J\r\n\tbell\u{9b}31m",
        "NUL",
        "nul\u{0}byte",
        "..",
        ".",
        "...",
        "LONG",
        "/absolute/path",
        "a/b\\c:d*e?f\"g<h>i|j",
        " blank before and behind. ",
        "-rf ~",
        "$(reboot) `id` '; DROP TABLE photos; --",
        "e\u{301}tude",
        "\u{e9}tude",
        "مرحبا بالعالم",
        "\u{feff}mark",
        "&lt;b&gt; &amp;amp; %2e%2e%2f",
        "com1.txt",
    ];
    match row[ordinal as usize % row.len()] {
        "LONG" => "Long é".repeat(43),
        title => title.to_owned(),
    }
}

/// A description; most photos have none.
pub(crate) fn description(drawn: u64) -> String {
    match drawn % 8 {
        0 => format!(
            "Taken with <a href=\"https://example.com/{}\">the old camera</a>.\n\nIt rained.",
            drawn >> 50
        ),
        1 => "Line one\nLine two \"quoted\" & <b>bold</b> – ça va".to_owned(),
        _ => String::new(),
    }
}

/// Normalised tags as the listing joins them, with blanks between.
pub(crate) fn tags(drawn: u64) -> Vec<&'static str> {
    const TAGS: [&str; 10] =
        ["harbour", "sea", "familyandfriends", "2011", "bw", "gräsö", "snow", "boat", "vårdag", "film"];
    (0..drawn % 4).map(|place| TAGS[(drawn >> (8 + 8 * place)) as usize % TAGS.len()]).collect()
}

/// Machine tags, for one photo in eight.
pub(crate) fn machine_tags(drawn: u64) -> &'static str {
    if drawn.is_multiple_of(8) { "camera:lens=50mm" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::hostile;

    #[test]
    fn the_long_title_is_about_three_hundred_bytes() {
        assert_eq!(hostile(14).len(), 301);
        assert_eq!(hostile(26), hostile(0));
    }
}
