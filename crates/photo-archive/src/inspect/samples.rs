//! Small whole bodies of each kind, made by code for tests; they have the structure, not always a picture.

use super::kind::Kind;

/// A JPEG with a thumbnail in its first segment (whose end mark is not the picture's), and two scans.
pub(crate) fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let thumbnail = b"Exif\0\0\xff\xd8\xff\xda\0\x02\x11\xff\xd9";
    let mut bytes = b"\xff\xd8".to_vec();
    segment(&mut bytes, 0xE1, thumbnail);
    segment(&mut bytes, 0xDB, &[1; 65]);
    let [h, w] = [height.to_be_bytes(), width.to_be_bytes()];
    segment(&mut bytes, 0xC2, &[8, h[0], h[1], w[0], w[1], 1, 1, 0x11, 0]);
    segment(&mut bytes, 0xC4, &[0; 20]);
    for scan in 0..2 {
        segment(&mut bytes, 0xDA, &[1, 1, 0, scan, 63, 0]);
        bytes.extend(b"\x12\x34\xff\x00\x56\xff\xd0\x78\x9a");
    }
    bytes.extend(b"\xff\xd9");
    bytes
}

fn segment(bytes: &mut Vec<u8>, code: u8, payload: &[u8]) {
    let length = u16::try_from(payload.len() + 2).unwrap_or(2);
    bytes.extend([0xFF, code]);
    bytes.extend(length.to_be_bytes());
    bytes.extend(payload);
}

/// A PNG of the right structure; its check sums and its data are not real.
pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    for (name, data) in [(b"IHDR", &header[..]), (b"IDAT", b"data data data"), (b"IEND", b"")] {
        bytes.extend((data.len() as u32).to_be_bytes());
        bytes.extend(name);
        bytes.extend(data);
        bytes.extend([9; 4]);
    }
    bytes
}

/// A GIF with a colour table, a comment and one image.
pub(crate) fn gif(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = b"GIF89a".to_vec();
    bytes.extend(width.to_le_bytes());
    bytes.extend(height.to_le_bytes());
    bytes.extend([0x80, 0, 0, 0, 0, 0, 255, 255, 255]);
    bytes.extend(b"\x21\xfe\x05hi; ;\0");
    bytes.extend([0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x4C, 0x01, 0]);
    bytes.push(0x3B);
    bytes
}

/// A WebP of one chunk.
pub(crate) fn webp(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    riff(b"WEBP", &[(name, data)])
}

fn riff(form: &[u8; 4], chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut inside = form.to_vec();
    for (name, data) in chunks {
        inside.extend(*name);
        inside.extend((data.len() as u32).to_le_bytes());
        inside.extend(*data);
        inside.extend(vec![0; data.len() % 2]);
    }
    [b"RIFF", &(inside.len() as u32).to_le_bytes()[..], &inside].concat()
}

/// Boxes of an ISO base media file.
pub(crate) fn boxes(boxes: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, payload) in boxes {
        bytes.extend((payload.len() as u32 + 8).to_be_bytes());
        bytes.extend(*name);
        bytes.extend(*payload);
    }
    bytes
}

/// An MP4 with its index in front.
pub(crate) fn mp4() -> Vec<u8> {
    boxes(&[(b"ftyp", b"isom\0\0\0\0isom"), (b"moov", &[7; 40]), (b"mdat", &[8; 90])])
}

/// A QuickTime file as cameras of 2000 wrote it: no `ftyp`, data in front, a wide box header.
pub(crate) fn mov() -> Vec<u8> {
    let wide = [&1_u32.to_be_bytes()[..], b"mdat", &(16 + 30_u64).to_be_bytes(), &[5; 30]].concat();
    [boxes(&[(b"wide", b"")]), wide, boxes(&[(b"moov", &[7; 40])])].concat()
}

fn heic() -> Vec<u8> {
    boxes(&[(b"ftyp", b"heic\0\0\0\0mif1heic"), (b"meta", &[7; 40]), (b"mdat", &[8; 90])])
}

fn asf() -> Vec<u8> {
    let mut bytes = b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c".to_vec();
    bytes.extend(134_u64.to_le_bytes());
    bytes.extend(1_u32.to_le_bytes());
    bytes.extend([1, 2]);
    bytes.extend(b"\xa1\xdc\xab\x8c\x47\xa9\xcf\x11\x8e\xe4\x00\xc0\x0c\x20\x53\x65");
    bytes.extend(104_u64.to_le_bytes());
    bytes.extend([3; 16]);
    bytes.extend(200_u64.to_le_bytes());
    bytes.resize(200, 4);
    bytes
}

/// One whole body of every kind whose end can be found.
pub(crate) fn with_an_end() -> Vec<(Kind, Vec<u8>)> {
    vec![
        (Kind::Jpeg, jpeg(64, 48)),
        (Kind::Png, png(64, 48)),
        (Kind::Gif, gif(64, 48)),
        (Kind::Webp, webp(b"VP8L", b"\x2f\x7f\xc2\x77\0data\0")),
        (Kind::Webp, webp(b"VP8L", b"\x2f\x7f\xc2\x77\0odd")),
        (Kind::Mp4, mp4()),
        (Kind::Mov, mov()),
        (Kind::Heic, heic()),
        (Kind::Wmv, asf()),
        (
            Kind::Avi,
            riff(b"AVI ", &[(b"LIST", b"hdrlabcd"), (b"LIST", b"movi0123456789"), (b"idx1", b"12345678")]),
        ),
        (Kind::Mpg, b"\0\0\x01\xba\x44picture data\0\0\x01\xb9".to_vec()),
    ]
}
