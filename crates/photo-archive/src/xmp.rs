//! The XMP file beside a media file: the facts that photo programs understand, as one packet.
//!
//! Only what Flickr knows is written, with no more precision. The same facts give the same bytes. Our stamp stands
//! in `x:xmptk`: a file with another stamp was written by another program and is left alone.

use std::io;

use flickr_model::{Licence, Place, When};
use quick_xml::Writer;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};

/// What stands in `x:xmptk` of the files that this program wrote.
pub(crate) const STAMP: &str = "flickr-backup";

/// The largest XMP file that is looked at; ours come to a few kilobytes.
pub(crate) const LARGEST: u64 = 16 << 20;

/// What is to be written.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Portrait {
    pub(crate) title: String,
    /// Plain text.
    pub(crate) description: String,
    /// As their authors wrote them, in Flickr's order.
    pub(crate) tags: Vec<String>,
    pub(crate) taken: Option<When>,
    pub(crate) place: Option<Place>,
    pub(crate) names: PlaceWords,
    pub(crate) licence: Option<Licence>,
    /// Who is in the picture, by name.
    pub(crate) people: Vec<String>,
    pub(crate) regions: Vec<Region>,
    /// Width and height of the file in pixels.
    pub(crate) dimensions: Option<(u32, u32)>,
}

/// The place in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PlaceWords {
    pub(crate) location: Option<String>,
    pub(crate) city: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) country: Option<String>,
}

/// A box in the picture: somebody's face, or a note.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Region {
    /// The name of a person; a note has none.
    pub(crate) name: Option<String>,
    /// The words of a note.
    pub(crate) words: Option<String>,
    /// Left, top, width, height as shares of the picture as it is stored.
    pub(crate) area: [f64; 4],
}

const SPACES: [(&str, &str); 13] = [
    ("xmlns:rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
    ("xmlns:xmpRights", "http://ns.adobe.com/xap/1.0/rights/"),
    ("xmlns:exif", "http://ns.adobe.com/exif/1.0/"),
    ("xmlns:photoshop", "http://ns.adobe.com/photoshop/1.0/"),
    ("xmlns:Iptc4xmpCore", "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"),
    ("xmlns:Iptc4xmpExt", "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"),
    ("xmlns:digiKam", "http://www.digikam.org/ns/1.0/"),
    ("xmlns:lr", "http://ns.adobe.com/lightroom/1.0/"),
    ("xmlns:mwg-rs", "http://www.metadataworkinggroup.com/schemas/regions/"),
    ("xmlns:stDim", "http://ns.adobe.com/xap/1.0/sType/Dimensions#"),
    ("xmlns:stArea", "http://ns.adobe.com/xmp/sType/Area#"),
    ("rdf:about", ""),
];

/// Says whether a file's bytes carry our stamp.
pub(crate) fn is_ours(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(bytes.get(..512).unwrap_or(bytes));
    head.contains(&format!("x:xmptk=\"{STAMP}\""))
}

/// Returns the bytes of the file.
pub(crate) fn render(portrait: &Portrait) -> io::Result<Vec<u8>> {
    let mut xml = Xml(Writer::new_with_indent(Vec::new(), b' ', 1));
    xml.open("x:xmpmeta", &[("xmlns:x", "adobe:ns:meta/"), ("x:xmptk", STAMP)])?;
    let (rdf, description) = SPACES.split_at(1);
    xml.open("rdf:RDF", rdf)?;
    xml.open("rdf:Description", description)?;
    words(&mut xml, portrait)?;
    taken(&mut xml, portrait.taken)?;
    place(&mut xml, portrait)?;
    licence(&mut xml, portrait.licence.as_ref())?;
    xml.list("Iptc4xmpExt:PersonInImage", "rdf:Bag", &portrait.people)?;
    regions(&mut xml, portrait)?;
    xml.close("rdf:Description")?;
    xml.close("rdf:RDF")?;
    xml.close("x:xmpmeta")?;
    let mut bytes = b"<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n".to_vec();
    bytes.append(&mut xml.0.into_inner());
    bytes.extend(b"\n<?xpacket end=\"w\"?>\n");
    Ok(bytes)
}

fn words(xml: &mut Xml, portrait: &Portrait) -> io::Result<()> {
    xml.in_a_language("dc:title", &portrait.title)?;
    xml.in_a_language("dc:description", &portrait.description)?;
    xml.list("dc:subject", "rdf:Bag", &portrait.tags)?;
    xml.list("digiKam:TagsList", "rdf:Seq", &portrait.tags)?;
    xml.list("lr:hierarchicalSubject", "rdf:Bag", &portrait.tags)
}

/// XMP dates may end after the year, the month or the day; Flickr knows no zone, so none is claimed.
fn taken(xml: &mut Xml, taken: Option<When>) -> io::Result<()> {
    let Some(When { year, month, day, time }) = taken else { return Ok(()) };
    let mut text = format!("{year:04}");
    if let Some(month) = month {
        text.push_str(&format!("-{month:02}"));
    }
    if let (Some(_), Some(day)) = (month, day) {
        text.push_str(&format!("-{day:02}"));
    }
    if let (Some(_), Some((hour, minute, second))) = (day, time) {
        text.push_str(&format!("T{hour:02}:{minute:02}:{second:02}"));
    }
    xml.leaf("exif:DateTimeOriginal", &text)?;
    xml.leaf("photoshop:DateCreated", &text)
}

fn place(xml: &mut Xml, portrait: &Portrait) -> io::Result<()> {
    if let Some(place) = portrait.place.as_ref().filter(|place| is_usable(place)) {
        xml.leaf("exif:GPSVersionID", "2.3.0.0")?;
        xml.leaf("exif:GPSLatitude", &degrees(place.latitude, 'N', 'S'))?;
        xml.leaf("exif:GPSLongitude", &degrees(place.longitude, 'E', 'W'))?;
        xml.leaf("exif:GPSMapDatum", "WGS-84")?;
    }
    let names = &portrait.names;
    for (name, words) in [
        ("Iptc4xmpCore:Location", &names.location),
        ("photoshop:City", &names.city),
        ("photoshop:State", &names.state),
        ("photoshop:Country", &names.country),
    ] {
        xml.leaf(name, words.as_deref().unwrap_or(""))?;
    }
    Ok(())
}

/// Accuracy 0 says that the coordinates cannot be used (`flickr_model::Place`).
fn is_usable(place: &Place) -> bool {
    place.accuracy > 0 && place.latitude.abs() <= 90.0 && place.longitude.abs() <= 180.0
}

/// Degrees and decimal minutes, the only form that XMP knows: `48,51.48558N`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "at most 180 degrees, without its sign: 1.08e12 of the smallest units"
)]
fn degrees(degrees: f64, positive: char, negative: char) -> String {
    const UNITS: u64 = 100_000_000;
    let units = (degrees.abs() * 60.0 * UNITS as f64).round() as u64;
    let (minutes, fraction) = (units / UNITS, units % UNITS);
    let fraction = format!("{fraction:08}");
    let fraction = match fraction.trim_end_matches('0') {
        "" => "0",
        digits => digits,
    };
    let side = if degrees < 0.0 { negative } else { positive };
    format!("{},{}.{fraction}{side}", minutes / 60, minutes % 60)
}

fn licence(xml: &mut Xml, licence: Option<&Licence>) -> io::Result<()> {
    let Some(licence) = licence else { return Ok(()) };
    xml.in_a_language("dc:rights", &licence.name)?;
    xml.leaf("xmpRights:WebStatement", &licence.url)
}

/// Regions of the Metadata Working Group: boxes by their centre, in shares of the stored picture.
fn regions(xml: &mut Xml, portrait: &Portrait) -> io::Result<()> {
    if portrait.regions.is_empty() {
        return Ok(());
    }
    let resource = [("rdf:parseType", "Resource")];
    xml.open("mwg-rs:Regions", &resource)?;
    if let Some((width, height)) = portrait.dimensions {
        xml.open("mwg-rs:AppliedToDimensions", &resource)?;
        xml.leaf("stDim:w", &width.to_string())?;
        xml.leaf("stDim:h", &height.to_string())?;
        xml.leaf("stDim:unit", "pixel")?;
        xml.close("mwg-rs:AppliedToDimensions")?;
    }
    xml.open("mwg-rs:RegionList", &[])?;
    xml.open("rdf:Bag", &[])?;
    portrait.regions.iter().try_for_each(|region| one_region(xml, region))?;
    xml.close("rdf:Bag")?;
    xml.close("mwg-rs:RegionList")?;
    xml.close("mwg-rs:Regions")
}

fn one_region(xml: &mut Xml, region: &Region) -> io::Result<()> {
    let resource = [("rdf:parseType", "Resource")];
    xml.open("rdf:li", &resource)?;
    xml.leaf("mwg-rs:Name", region.name.as_deref().unwrap_or(""))?;
    if region.name.is_some() {
        xml.leaf("mwg-rs:Type", "Face")?;
    }
    xml.leaf("mwg-rs:Description", region.words.as_deref().unwrap_or(""))?;
    let [left, top, width, height] = region.area;
    xml.open("mwg-rs:Area", &resource)?;
    for (name, share) in [
        ("stArea:x", left + width / 2.0),
        ("stArea:y", top + height / 2.0),
        ("stArea:w", width),
        ("stArea:h", height),
    ] {
        xml.leaf(name, &rounded(share))?;
    }
    xml.leaf("stArea:unit", "normalized")?;
    xml.close("mwg-rs:Area")?;
    xml.close("rdf:li")
}

/// Six digits are a thousandth of a pixel; more would only be noise of the arithmetic.
fn rounded(share: f64) -> String {
    let text = format!("{share:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A writer that leaves empty values out and lets nothing through that XML forbids.
struct Xml(Writer<Vec<u8>>);

impl Xml {
    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        let start = BytesStart::new(name).with_attributes(attributes.iter().copied());
        self.0.write_event(Event::Start(start))
    }

    fn close(&mut self, name: &str) -> io::Result<()> {
        self.0.write_event(Event::End(BytesEnd::new(name)))
    }

    fn leaf(&mut self, name: &str, text: &str) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        self.filled(name, &[], text)
    }

    fn filled(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) -> io::Result<()> {
        self.open(name, attributes)?;
        self.0.write_event(Event::Text(BytesText::new(&allowed(text))))?;
        self.close(name)
    }

    fn in_a_language(&mut self, name: &str, text: &str) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        self.open(name, &[])?;
        self.open("rdf:Alt", &[])?;
        self.filled("rdf:li", &[("xml:lang", "x-default")], text)?;
        self.close("rdf:Alt")?;
        self.close(name)
    }

    fn list(&mut self, name: &str, kind: &str, items: &[String]) -> io::Result<()> {
        if items.iter().all(String::is_empty) {
            return Ok(());
        }
        self.open(name, &[])?;
        self.open(kind, &[])?;
        items.iter().try_for_each(|item| self.leaf("rdf:li", item))?;
        self.close(kind)?;
        self.close(name)
    }
}

/// Leaves out what XML 1.0 forbids even as a reference; a carriage return would become a line feed in reading.
pub(crate) fn allowed(text: &str) -> String {
    let is_allowed = |c: &char| !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    text.replace("\r\n", "\n").replace('\r', "\n").chars().filter(is_allowed).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(portrait: &Portrait) -> String {
        String::from_utf8(render(portrait).unwrap()).unwrap()
    }

    #[test]
    fn an_empty_portrait_says_nothing_but_whose_it_is() {
        let text = text(&Portrait::default());

        assert!(is_ours(text.as_bytes()) && !text.contains("dc:title>"), "{text}");
        assert!(!is_ours(text.replace(STAMP, "XMP Core 6.0").as_bytes()));
    }

    #[test]
    fn degrees_become_minutes_without_losing_anything() {
        assert_eq!(degrees(48.858_093, 'N', 'S'), "48,51.48558N");
        assert_eq!(degrees(-2.2945, 'E', 'W'), "2,17.67W");
        assert_eq!(degrees(-0.000_000_1, 'N', 'S'), "0,0.000006S");
        assert_eq!(degrees(59.999_999_999_99, 'N', 'S'), "60,0.0N");
        assert_eq!(degrees(180.0, 'E', 'W'), "180,0.0E");
    }

    #[test]
    fn a_coarse_date_claims_no_more_than_it_knows() {
        let when = |month, day, time| Some(When { year: 1943, month, day, time });
        let date = |taken| text(&Portrait { taken, ..Portrait::default() });

        assert!(date(when(None, None, None)).contains(">1943<"));
        assert!(date(when(Some(2), None, None)).contains(">1943-02<"));
        assert!(date(when(Some(2), Some(3), Some((4, 5, 6)))).contains(">1943-02-03T04:05:06<"));
    }

    #[test]
    fn a_region_is_told_by_its_centre() {
        let region = Region { name: Some("Ann".to_owned()), words: None, area: [0.1, 0.2, 0.4, 0.2] };

        let text = text(&Portrait { regions: vec![region], ..Portrait::default() });

        assert!(
            text.contains("<stArea:x>0.3</stArea:x>") && text.contains("<stArea:y>0.3</stArea:y>"),
            "{text}"
        );
    }

    #[test]
    fn unusable_coordinates_are_not_told() {
        for (latitude, accuracy) in [(1.0, 0), (91.0, 16)] {
            let place = Place { latitude, longitude: 2.0, accuracy, visible_to: None };
            assert!(!text(&Portrait { place: Some(place), ..Portrait::default() }).contains("GPS"));
        }
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_well_formed_and_comes_back(title in any::<String>(), tag in any::<String>()) {
            let portrait = Portrait { title: title.clone(), tags: vec![tag], ..Portrait::default() };
            let text = text(&portrait);

            let mut reader = quick_xml::Reader::from_str(&text);
            let mut words = String::new();
            loop {
                match reader.read_event().unwrap() {
                    Event::Eof => break,
                    Event::Text(text) => words.push_str(&text.xml_content(quick_xml::XmlVersion::Explicit1_0)),
                    Event::GeneralRef(name) => {
                        let named = match name.resolve_char_ref().unwrap() {
                            Some(c) => c.to_string(),
                            None => quick_xml::escape::resolve_predefined_entity(&name).unwrap().to_owned(),
                        };
                        words.push_str(&named);
                    }
                    _ => {}
                }
            }
            prop_assert!(words.contains(&allowed(&title)), "{} {:?}", text, title);
        }
    }
}
