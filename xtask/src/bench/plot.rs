//! Panels of lines as an SVG, both scales in powers of ten: nothing but text, so it can be read in a diff.

use std::fmt::Write as _;

const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 60.0;
const TOP: f64 = 40.0;
const GAP: f64 = 40.0;
/// Hours at the lower and the upper edge, as powers of ten.
const FROM: f64 = -2.0;
const UNTIL: f64 = 3.2;
const COLOURS: [&str; 8] =
    ["#0b6e4f", "#2a9d8f", "#1d3557", "#c9a227", "#e76f51", "#b5179e", "#7f5539", "#6c757d"];

/// One line of a panel.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) name: String,
    pub(super) hours: Vec<f64>,
}

/// Draws the panels side by side, with a legend below.
pub(super) fn plot(photos: &[u64], panels: &[(String, Vec<Line>)]) -> String {
    let names = panels.first().map_or(&[][..], |(_, lines)| lines);
    let width = LEFT + (WIDTH + GAP) * panels.len() as f64;
    let height = TOP + HEIGHT + 60.0 + 18.0 * names.len() as f64;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" \
         font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    );
    for (place, (title, lines)) in panels.iter().enumerate() {
        panel(&mut svg, LEFT + (WIDTH + GAP) * place as f64, title, photos, lines);
    }
    for (place, line) in names.iter().enumerate() {
        let y = TOP + HEIGHT + 55.0 + 18.0 * place as f64;
        let colour = COLOURS[place % COLOURS.len()];
        put(&mut svg, &format!("<path d=\"M{LEFT} {y}h24\" stroke=\"{colour}\" stroke-width=\"3\"/>"));
        text(&mut svg, (LEFT + 32.0, y + 4.0), "start", &line.name);
    }
    svg.push_str("</svg>\n");
    svg
}

fn panel(svg: &mut String, left: f64, title: &str, photos: &[u64], lines: &[Line]) {
    let x = |place: usize| left + WIDTH * place as f64 / photos.len().saturating_sub(1).max(1) as f64;
    text(svg, (left + WIDTH / 2.0, TOP - 14.0), "middle", &format!("hours, the image host allows {title}"));
    for (label, hours) in
        [("1 min", 1.0 / 60.0), ("1 h", 1.0), ("1 day", 24.0), ("10 days", 240.0), ("40 days", 960.0)]
    {
        let y = height_of(hours);
        put(svg, &format!("<path d=\"M{left} {y:.1}h{WIDTH}\" stroke=\"#ddd\"/>"));
        text(svg, (left - 4.0, y + 4.0), "end", label);
    }
    for (place, count) in photos.iter().enumerate() {
        put(svg, &format!("<path d=\"M{:.1} {TOP}v{HEIGHT}\" stroke=\"#ddd\"/>", x(place)));
        text(svg, (x(place), TOP + HEIGHT + 18.0), "middle", &count.to_string());
    }
    for (place, line) in lines.iter().enumerate() {
        let points: Vec<String> = (line.hours.iter().enumerate())
            .map(|(place, hours)| format!("{:.1},{:.1}", x(place), height_of(*hours)))
            .collect();
        let colour = COLOURS[place % COLOURS.len()];
        let points = points.join(" ");
        put(
            svg,
            &format!("<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>"),
        );
    }
}

fn height_of(hours: f64) -> f64 {
    let share = (hours.max(0.001).log10() - FROM) / (UNTIL - FROM);
    TOP + HEIGHT * (1.0 - share.clamp(0.0, 1.0))
}

fn text(svg: &mut String, (x, y): (f64, f64), anchor: &str, words: &str) {
    put(svg, &format!("<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{words}</text>"));
}

fn put(svg: &mut String, element: &str) {
    // Writing to a text cannot fail.
    writeln!(svg, "{element}").ok();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_hours_are_drawn_higher_and_each_line_has_its_points() {
        let lines = vec![Line { name: "one".to_owned(), hours: vec![0.1, 10.0] }];
        let svg = plot(&[1_000, 10_000], &[("5 photos a second".to_owned(), lines)]);

        assert!(height_of(10.0) < height_of(0.1));
        assert_eq!(svg.matches("<polyline").count(), 1);
        assert!(svg.contains("one</text>") && svg.ends_with("</svg>\n"));
    }
}
