//! Chance that can be repeated: the same seed and the same name give the same choices.

/// A stream of numbers that look random.
pub(super) struct Chance(u64);

impl Chance {
    /// Begins the stream of `name` under `seed`.
    pub(super) fn new(seed: u64, name: &str) -> Self {
        // FNV-1a over the name, so that two cases under one seed do not make the same choices.
        let mixed = name.bytes().fold(0xcbf2_9ce4_8422_2325, |mix: u64, byte| {
            (mix ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
        });
        Self(seed ^ mixed)
    }

    /// The next number (SplitMix64).
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both among them.
    pub(super) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high.saturating_sub(low).saturating_add(1)).max(1)
    }

    /// One of `all`; `None` of nothing.
    pub(super) fn one<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        let place = usize::try_from(self.between(0, (all.len() as u64).saturating_sub(1))).unwrap_or(0);
        all.get(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_name_make_the_same_choices() {
        let numbers = |seed, name| {
            let mut chance = Chance::new(seed, name);
            (0..20).map(|_| chance.next()).collect::<Vec<_>>()
        };

        assert_eq!(numbers(7, "kill"), numbers(7, "kill"));
        assert_ne!(numbers(7, "kill"), numbers(8, "kill"));
        assert_ne!(numbers(7, "kill"), numbers(7, "errno"));
    }

    #[test]
    fn a_number_stays_between_its_bounds() {
        let mut chance = Chance::new(1, "");

        assert!((0..1000).all(|_| (3..=5).contains(&chance.between(3, 5))));
        assert_eq!(chance.between(4, 4), 4);
        assert_eq!(chance.one::<u8>(&[]), None);
    }
}
