//! A body that is read piece by piece at any place, in bounded memory.

use std::io;
use std::os::unix::fs::FileExt;

/// Bytes that have all arrived, and their number.
pub(crate) struct Body<'a> {
    source: &'a dyn FileExt,
    len: u64,
}

impl<'a> Body<'a> {
    /// Looks at the first `len` bytes of a file, wherever its own position is.
    pub(crate) fn new(source: &'a dyn FileExt, len: u64) -> Self {
        Self { source, len }
    }

    /// Returns the number of bytes.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Reads up to `count` bytes at a place; fewer only where the body ends.
    pub(crate) fn read(&self, at: u64, count: usize) -> io::Result<Vec<u8>> {
        let left = usize::try_from(self.len.saturating_sub(at)).unwrap_or(usize::MAX);
        let mut bytes = vec![0; count.min(left)];
        let mut filled = 0;
        while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.source.read_at(rest, at + filled as u64) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        bytes.truncate(filled);
        Ok(bytes)
    }

    /// Counts the zero bytes at the end, up to `limit` of them.
    pub(crate) fn trailing_zeros(&self, limit: u64) -> io::Result<u64> {
        let mut zeros = 0;
        while zeros < limit.min(self.len) {
            let end = self.len - zeros;
            let start = end.saturating_sub(BLOCK as u64);
            let block = self.read(start, usize::try_from(end - start).unwrap_or(BLOCK))?;
            let run = block.iter().rev().take_while(|byte| **byte == 0).count();
            zeros += run as u64;
            if run < block.len() || block.is_empty() {
                break;
            }
        }
        Ok(zeros.min(limit))
    }

    /// Starts to read at a place.
    pub(crate) fn cursor(&self, at: u64) -> Cursor<'_> {
        Cursor { body: self, at, block: Vec::new(), start: 0 }
    }
}

/// Bytes that are read at once.
const BLOCK: usize = 32 * 1024;

/// Why a reading stopped.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The body is not what it should be at this place.
    Unexpected,
    /// The body ended before this place.
    RanOut,
    /// The disk failed.
    Io(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Turns "not as expected" into `None`, for callers that have an answer to it.
pub(crate) fn or_none<T>(parsed: Result<T, Stop>) -> io::Result<Option<T>> {
    match parsed {
        Ok(value) => Ok(Some(value)),
        Err(Stop::Unexpected | Stop::RanOut) => Ok(None),
        Err(Stop::Io(error)) => Err(error),
    }
}

/// A place in a body that moves forward only.
pub(crate) struct Cursor<'a> {
    body: &'a Body<'a>,
    at: u64,
    block: Vec<u8>,
    /// Where the block begins in the body.
    start: u64,
}

impl Cursor<'_> {
    /// Returns the place of the next byte.
    pub(crate) fn at(&self) -> u64 {
        self.at
    }

    /// Returns how many bytes follow.
    pub(crate) fn left(&self) -> u64 {
        self.body.len.saturating_sub(self.at)
    }

    /// Reads the next `N` bytes.
    pub(crate) fn take<const N: usize>(&mut self) -> Result<[u8; N], Stop> {
        let mut bytes = [0; N];
        for byte in &mut bytes {
            *byte = *self.rest()?.first().ok_or(Stop::RanOut)?;
            self.at += 1;
        }
        Ok(bytes)
    }

    /// Reads one byte.
    pub(crate) fn byte(&mut self) -> Result<u8, Stop> {
        self.take::<1>().map(|[byte]| byte)
    }

    /// Reads a number of two bytes, the big end first.
    pub(crate) fn u16(&mut self) -> Result<u16, Stop> {
        self.take().map(u16::from_be_bytes)
    }

    /// Reads a number of four bytes, the big end first.
    pub(crate) fn u32(&mut self) -> Result<u32, Stop> {
        self.take().map(u32::from_be_bytes)
    }

    /// Passes over bytes, which must be there.
    pub(crate) fn skip(&mut self, count: u64) -> Result<(), Stop> {
        if count > self.left() {
            return Err(Stop::RanOut);
        }
        self.at += count;
        Ok(())
    }

    /// Passes over everything up to the next `wanted` byte and that byte itself.
    pub(crate) fn skip_past(&mut self, wanted: u8) -> Result<(), Stop> {
        loop {
            let rest = self.rest()?;
            let (found, len) = (rest.iter().position(|byte| *byte == wanted), rest.len());
            match found {
                Some(place) => return self.skip(place as u64 + 1),
                None if len == 0 => return Err(Stop::RanOut),
                None => self.skip(len as u64)?,
            }
        }
    }

    /// The bytes that are at hand from here on; none at the end of the body.
    fn rest(&mut self) -> Result<&[u8], Stop> {
        let inside = |at: u64, start: u64, len: usize| at >= start && at - start < len as u64;
        if !inside(self.at, self.start, self.block.len()) {
            self.block = self.body.read(self.at, BLOCK)?;
            self.start = self.at;
        }
        let from = usize::try_from(self.at - self.start).unwrap_or(usize::MAX);
        Ok(self.block.get(from..).unwrap_or_default())
    }
}

/// Bytes in memory that are read like a file, for tests.
#[cfg(any(test, fuzzing))]
pub(crate) struct Memory<'a>(pub(crate) &'a [u8]);

#[cfg(any(test, fuzzing))]
impl FileExt for Memory<'_> {
    fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        let from = usize::try_from(at).unwrap_or(usize::MAX);
        let bytes = self.0.get(from..).unwrap_or_default();
        let count = bytes.len().min(buffer.len()).min(4096);
        buffer[..count].copy_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn write_at(&self, _: &[u8], _: u64) -> io::Result<usize> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_over_the_borders_of_its_blocks() {
        let bytes: Vec<u8> = (0..100_000_u32).map(|n| (n % 251) as u8).collect();
        let memory = Memory(&bytes);
        let body = Body::new(&memory, bytes.len() as u64);
        let mut cursor = body.cursor(0);

        for expected in bytes.chunks_exact(3) {
            assert_eq!(cursor.take::<3>().unwrap(), expected);
        }
        assert_eq!(cursor.left(), 1);
        assert!(matches!(cursor.take::<2>(), Err(Stop::RanOut)));
    }

    #[test]
    fn a_byte_is_found_far_away_or_not_at_all() {
        let mut bytes = vec![0; 90_000];
        bytes[80_000] = 7;
        let memory = Memory(&bytes);
        let body = Body::new(&memory, bytes.len() as u64);
        let mut cursor = body.cursor(5);

        cursor.skip_past(7).unwrap();

        assert_eq!(cursor.at(), 80_001);
        assert!(cursor.skip_past(7).is_err());
    }

    #[test]
    fn zeros_are_counted_from_the_end() {
        let mut bytes = vec![1; 100_000];
        bytes[30_000..].fill(0);
        let memory = Memory(&bytes);
        let body = Body::new(&memory, bytes.len() as u64);

        assert_eq!(body.trailing_zeros(u64::MAX).unwrap(), 70_000);
        assert_eq!(body.trailing_zeros(512).unwrap(), 512);
        assert_eq!(Body::new(&memory, 30_000).trailing_zeros(512).unwrap(), 0);
        assert_eq!(Body::new(&Memory(&[0; 9]), 9).trailing_zeros(512).unwrap(), 9);
    }
}
