//! The map stays true: the table of ARCHITECTURE.md, where a person looks first, says what the machine's table says.
//!
//! A row of the page begins with the crate; its second cell holds the crates of ours, its third those from outside.

use super::Finding;
use super::table::{FREE, Row, row};

/// The page that holds the table for people.
pub(super) const PAGE: &str = "ARCHITECTURE.md";

/// Where the row of the crate `name` on the page and its row in the machine's table say different things.
pub(super) fn differences(name: &str, page: &str) -> Vec<Finding> {
    let Some(row) = row(name) else { return Vec::new() };
    let Some((line, ours, outside)) = drawn_row(name, page) else {
        let what = format!(
            "the table has no row for `{name}`: draw who it may know, as xtask/src/tidy/table.rs has it"
        );
        return vec![Finding::new(PAGE, 1, what)];
    };
    let mut whats = compared(row, outside, row.outside);
    // "all but the simulator" is a sentence, and true of the program alone.
    if !ours.starts_with("all but") {
        whats.extend(compared(row, ours, row.ours));
    }
    whats.into_iter().map(|what| Finding::new(PAGE, line, what)).collect()
}

/// What stands in only one of the two: the `cell` of the page, or the names that the machine `allowed`.
fn compared(row: &Row, cell: &str, allowed: &[&str]) -> Vec<String> {
    let drawn: Vec<&str> = cell.split(',').map(|name| name.trim().trim_matches('`')).collect();
    let is_free = |name: &str| FREE.contains(&name) || ["", "-", "none"].contains(&name);
    let missing = allowed.iter().filter(|name| !drawn.contains(name)).map(|name| {
        format!("the row of `{}` does not name `{name}`, which xtask/src/tidy/table.rs allows", row.name)
    });
    let unknown = drawn.iter().filter(|name| !allowed.contains(name) && !is_free(name)).map(|name| {
        format!("the row of `{}` names `{name}`, which xtask/src/tidy/table.rs does not allow", row.name)
    });
    missing.chain(unknown).map(|what| format!("{what}: make both say the same")).collect()
}

/// The row of the page's table that begins with the crate: its line, and its second and third cell.
fn drawn_row<'a>(name: &str, page: &'a str) -> Option<(usize, &'a str, &'a str)> {
    page.lines().enumerate().find_map(|(index, line)| {
        let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
        let is_row = cells.next()?.trim_matches('`') == name;
        let (ours, outside) = (cells.next()?, cells.next()?);
        is_row.then_some((index + 1, ours, outside))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_that_is_not_drawn_is_found() {
        assert!(differences("flickr-model", "# Map\n")[0].what.contains("no row for `flickr-model`"));
    }

    #[test]
    fn an_outside_crate_that_only_the_machine_knows_of_is_found_on_its_line() {
        let page = "# Map\n\n| crate | ours | outside |\n|---|---|---|\n| `oauth-signing` | - | oauth1-request, secrecy |\n";

        let found = differences("oauth-signing", page);

        assert_eq!(found.iter().map(|f| f.line).collect::<Vec<_>>(), [5]);
        assert!(found[0].what.contains("does not name `percent-encoding`"));
    }

    #[test]
    fn what_only_the_page_knows_of_is_found_in_both_cells() {
        let page = "| xtask | flickr-model | anyhow, serde_json, tempfile | automation |\n";

        let found = differences("xtask", page);

        let all = found.iter().map(|f| f.what.as_str()).collect::<Vec<_>>().join("\n");
        assert_eq!(found.len(), 2, "{all}");
        assert!(all.contains("names `tempfile`") && all.contains("names `flickr-model`"), "{all}");
    }

    #[test]
    fn rows_that_say_the_same_are_fine() {
        let page = "| xtask | none | `anyhow`, `serde_json` |\n| flickr-model | - | serde, jiff | nouns |\n";

        assert_eq!(differences("xtask", page), []);
        assert_eq!(differences("flickr-model", page), []);
    }
}
