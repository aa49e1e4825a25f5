//! CRC-32 and Adler-32, which PNG and gzip ask for.

const TABLE: [u32; 256] = table();

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut remainder = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            remainder = if remainder & 1 == 1 { 0xEDB8_8320 ^ (remainder >> 1) } else { remainder >> 1 };
            bit += 1;
        }
        table[byte] = remainder;
        byte += 1;
    }
    table
}

/// Computes the CRC-32 of some bytes.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| TABLE[((crc ^ u32::from(*byte)) & 255) as usize] ^ (crc >> 8))
}

/// Computes the Adler-32 of that many zero bytes.
pub(crate) fn adler32_of_zeros(count: usize) -> u32 {
    (((count % 65_521) as u32) << 16) | 1
}

#[cfg(test)]
mod tests {
    use super::crc32;

    #[test]
    fn the_known_check_value_comes_out() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }
}
