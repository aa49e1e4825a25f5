//! Chance without chance: everything an account holds is drawn from its seed, so that two runs see the same account.

/// Mixes the bits of a number so that neighbours come out unrelated (the finisher of SplitMix64).
pub(crate) fn scramble(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// What is drawn: each subject has its own row of numbers.
#[derive(Clone, Copy)]
pub(crate) enum Of {
    Id = 2,
    Secret = 3,
    OriginalSecret = 5,
    LargeSecret = 7,
    HugeSecret = 11,
    Server = 13,
    Kind = 17,
    Privacy = 19,
    Hostile = 23,
    OddDate = 29,
    Taken = 31,
    Upload = 37,
    Bytes = 41,
    Shape = 43,
    Title = 47,
    Tags = 53,
    Geo = 59,
    Safety = 61,
    Licence = 67,
    Trailer = 71,
    Swapped = 73,
    Picture = 79,
    Token = 83,
    Fault = 89,
    Views = 97,
    Description = 101,
    Key = 103,
    Comments = 107,
    Favorites = 109,
    Notes = 113,
    People = 127,
    OddTags = 131,
    OddPlace = 137,
    Rights = 139,
    Rotation = 149,
    Content = 151,
    Exif = 157,
    Galleries = 163,
    Texts = 167,
    Person = 173,
    Album = 179,
    Collection = 181,
    Foreign = 191,
    Gallery = 193,
    Group = 197,
    Contact = 199,
    Testimonial = 211,
    Duration = 223,
}

/// Draws a number for one photo (or one token) of an account.
pub(crate) fn draw(seed: u64, index: u64, of: Of) -> u64 {
    scramble(scramble(seed.wrapping_mul(0x0001_0001_0000_01B3) ^ ((of as u64) << 40)).wrapping_add(index))
}

/// Draws a further number from one that was drawn.
pub(crate) fn further(drawn: u64, nth: u64) -> u64 {
    scramble(drawn ^ nth.wrapping_add(1).wrapping_mul(0xD6E8_FEB8_6659_FD93))
}

/// Places a photo between 0 and 1. Shares of an account are cut from these places: they lie so evenly that
/// a share of a twentieth of a hundred photos is five photos, give or take one, and never none.
pub(crate) fn place(seed: u64, index: u64, of: Of) -> f64 {
    let stride = match of {
        Of::Kind => 0.618_033_988_749_895, // the golden section lies most evenly of all
        Of::Privacy => 0.414_213_562_373_095,
        Of::Hostile => 0.732_050_807_568_877,
        Of::OddDate => 0.302_775_637_731_995,
        other => (other as u64 as f64).sqrt().fract(),
    };
    let phase = (draw(seed, 0, of) >> 11) as f64 / (1u64 << 53) as f64;
    (phase + index as f64 * stride).fract()
}

/// Draws a text of hexadecimal digits, at most 16.
pub(crate) fn hex(seed: u64, index: u64, of: Of, digits: usize) -> String {
    let mut text = format!("{:016x}", draw(seed, index, of));
    text.truncate(digits);
    text
}

/// An endless row of bytes, for filling pictures up to their size.
pub(crate) struct Filler(u64);

impl Filler {
    /// Starts a row that is all its own for this number.
    pub(crate) fn new(start: u64) -> Self {
        Self(start)
    }

    /// Appends `count` bytes of the row.
    pub(crate) fn append(&mut self, bytes: &mut Vec<u8>, count: usize) {
        let wanted = bytes.len() + count;
        while bytes.len() < wanted {
            self.0 = scramble(self.0);
            bytes.extend_from_slice(&self.0.to_le_bytes());
        }
        bytes.truncate(wanted);
    }
}

#[cfg(test)]
mod tests {
    use super::{Of, place};

    #[test]
    fn a_share_of_a_twentieth_is_about_five_in_a_hundred_for_every_seed() {
        for seed in 0..200 {
            let hits = (0..100).filter(|index| place(seed, *index, Of::Kind) < 0.05).count();
            assert!((3..=7).contains(&hits), "seed {seed} gives {hits}");
        }
    }
}
