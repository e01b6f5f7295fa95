//! The text of a key in fixed memory.

use std::fmt;

/// How many numbers a text is stored in.
#[cfg(not(goldsignal_loom))]
pub(super) const WORDS: usize = 6;
#[cfg(goldsignal_loom)]
pub(super) const WORDS: usize = 1;

const BYTES: usize = WORDS * 8;

/// The most bytes of a text; the length takes one more. A longer text is cut.
const CAPACITY: usize = BYTES - 1;

/// What a text ends in that was cut.
const CUT: &str = "…";

/// Writes the text of a key.
pub(super) type WriteName<'a> = &'a dyn Fn(&mut dyn fmt::Write) -> fmt::Result;

/// The beginning of a key's text.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeyName {
    bytes: [u8; CAPACITY],
    length: usize,
    is_cut: bool,
}

impl KeyName {
    /// What `write` writes, as far as it fits.
    pub(super) fn written(write: WriteName<'_>) -> Self {
        let mut name = Self { bytes: [0; CAPACITY], length: 0, is_cut: false };
        // An error says that the text was cut. What was written is kept.
        let _ = write(&mut name);
        name
    }

    /// The text as numbers: the first byte is its length.
    pub(super) fn words(&self) -> [u64; WORDS] {
        let mut all = [0; BYTES];
        all[1..].copy_from_slice(&self.bytes);
        all[0] = u8::try_from(self.length).unwrap_or(0);
        std::array::from_fn(|word| {
            let mut bytes = [0; 8];
            bytes.copy_from_slice(&all[word * 8..][..8]);
            u64::from_le_bytes(bytes)
        })
    }

    /// The text that [`words`](Self::words) gave.
    pub(super) fn text(words: [u64; WORDS]) -> String {
        let bytes: Vec<u8> = words.into_iter().flat_map(u64::to_le_bytes).collect();
        let length = usize::from(bytes[0]).min(CAPACITY);
        String::from_utf8_lossy(&bytes[1..=length]).into_owned()
    }

    fn push(&mut self, text: &str) {
        self.bytes[self.length..][..text.len()].copy_from_slice(text.as_bytes());
        self.length += text.len();
    }
}

impl fmt::Write for KeyName {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.is_cut {
            return Err(fmt::Error);
        }
        let room = CAPACITY - self.length;
        if text.len() <= room {
            self.push(text);
            return Ok(());
        }
        self.is_cut = true;
        self.push(prefix(text, room));
        let kept = std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default();
        self.length = prefix(kept, CAPACITY - CUT.len()).len();
        self.push(CUT);
        Err(fmt::Error)
    }
}

/// The longest beginning of `text` of at most `most` bytes.
fn prefix(text: &str, most: usize) -> &str {
    let most = most.min(text.len());
    let end = (0..=most).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or(0)]
}

#[cfg(all(test, not(goldsignal_loom)))]
mod tests {
    use super::*;

    fn kept(parts: &[&str]) -> String {
        let write = |out: &mut dyn fmt::Write| {
            // A `Display` may overlook errors.
            for part in parts {
                let _ = out.write_str(part);
            }
            Ok(())
        };
        KeyName::text(KeyName::written(&write).words())
    }

    #[test]
    fn a_text_that_fits_is_kept() {
        assert_eq!(kept(&[]), "");
        assert_eq!(kept(&["ada", " ", "lovelace"]), "ada lovelace");
        let longest = "x".repeat(CAPACITY);
        assert_eq!(kept(&[&longest]), longest);
    }

    #[test]
    fn a_longer_text_is_cut_between_characters() {
        let cut = kept(&[&"x".repeat(CAPACITY + 1), "y"]);
        assert_eq!(cut, "x".repeat(CAPACITY - 3) + "…");
        let cut = kept(&["ä", &"ö".repeat(100), "y"]);
        assert_eq!(cut, "ä".to_owned() + &"ö".repeat(21) + "…");
        let cut = kept(&[&"x".repeat(CAPACITY), "y", "z"]);
        assert_eq!(cut, "x".repeat(CAPACITY - 3) + "…");
    }
}
