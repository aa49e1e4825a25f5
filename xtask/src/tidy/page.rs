//! The map stays true: what the table allows is drawn in the table of ARCHITECTURE.md, where a person looks first.

use super::Finding;
use super::table::row;

/// The page that holds the table for people.
pub(super) const PAGE: &str = "ARCHITECTURE.md";

/// What the crate `name` may depend on but its row of the page does not say; `page` is empty when there is none.
pub(super) fn not_drawn(name: &str, page: &str) -> Vec<Finding> {
    let Some(row) = row(name) else { return Vec::new() };
    let Some((line, drawn)) = drawn_row(name, page) else {
        let what = format!(
            "the table has no row for `{name}`: draw who it may know, as xtask/src/tidy/table.rs has it"
        );
        return vec![Finding::new(PAGE, 1, what)];
    };
    let names: Vec<&str> = drawn.split(|c: char| !c.is_alphanumeric() && !"_-".contains(c)).collect();
    row.outside
        .iter()
        .filter(|outside| !names.contains(outside))
        .map(|outside| {
            let what = format!("the row of `{name}` does not name `{outside}`, which xtask/src/tidy/table.rs allows: make both say the same");
            Finding::new(PAGE, line, what)
        })
        .collect()
}

/// The line of the page's table that begins with the crate, and its number.
fn drawn_row<'a>(name: &str, page: &'a str) -> Option<(usize, &'a str)> {
    let first_cell =
        |line: &'a str| Some(line.strip_prefix('|')?.split('|').next()?.trim().trim_matches('`'));
    page.lines()
        .enumerate()
        .find(|(_, line)| first_cell(line) == Some(name))
        .map(|(index, line)| (index + 1, line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_that_is_not_drawn_is_found() {
        assert!(not_drawn("flickr-model", "# Map\n")[0].what.contains("no row for `flickr-model`"));
    }

    #[test]
    fn an_outside_crate_that_only_the_machine_knows_of_is_found() {
        let page = "# Map\n\n| crate | ours | outside |\n|---|---|---|\n| `oauth-signing` | - | oauth1-request, secrecy |\n";

        let found = not_drawn("oauth-signing", page);

        assert_eq!(found.iter().map(|f| f.line).collect::<Vec<_>>(), [5]);
        assert!(found[0].what.contains("`percent-encoding`"));
    }

    #[test]
    fn a_row_that_names_all_is_true() {
        let page = "| xtask | none | `anyhow`, `serde_json` |\n";

        assert_eq!(not_drawn("xtask", page), []);
    }
}
