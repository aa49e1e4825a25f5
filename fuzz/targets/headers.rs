//! Headers of the image host: the first byte gives the HTTP status, each line behind it one header.
#![no_main]

use flickr_client::invariants;

const STATUSES: [u16; 8] = [200, 206, 302, 404, 416, 429, 500, 503];

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let [status, rest @ ..] = input else { return };
    let lines: Vec<(&str, &[u8])> = rest
        .split(|byte| *byte == b'\n')
        .filter_map(|line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            Some((std::str::from_utf8(&line[..colon]).ok()?, line[colon + 1..].trim_ascii()))
        })
        .collect();
    let status = STATUSES[usize::from(*status) % STATUSES.len()];
    let times = lines.iter().try_for_each(|(_, value)| {
        std::str::from_utf8(value).map_or(Ok(()), |text| invariants::times(text, 1_700_000_000))
    });
    if let Err(broken) = times.and_then(|()| invariants::headers(status, &lines)) {
        panic!("{broken}");
    }
});
