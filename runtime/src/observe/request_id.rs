//! The id of a request: the caller's, or a new one.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::hex::hex_of_128;

/// The id of a request, from `x-request-id` when that is sane, else made.
#[derive(Clone)]
pub struct RequestId(Text);

/// An id that was made has its text in itself: nothing is allocated for it.
#[derive(Clone)]
enum Text {
    Made([u8; 32]),
    Given(Arc<str>),
}

impl RequestId {
    /// The longest id taken over from a header.
    pub const MAX_LEN: usize = 128;

    /// Takes over an id: 1 to 128 letters, digits or `-_.:~+/=@`, so that it can stand in a log line, a
    /// header or an URL without being mistaken for something else.
    pub fn parse(id: &[u8]) -> Option<Self> {
        let sane = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:~+/=@".contains(byte);
        if id.is_empty() || id.len() > Self::MAX_LEN || !id.iter().all(sane) {
            return None;
        }
        Some(Self(Text::Given(std::str::from_utf8(id).ok()?.into())))
    }

    /// Makes an id of 128 random bits.
    pub fn random() -> Self {
        Self(Text::Made(made()))
    }

    /// The id that a caller asks for where that is sane, else a new one.
    pub(crate) fn asked(id: Option<&[u8]>) -> Self {
        id.and_then(Self::parse).unwrap_or_else(Self::random)
    }

    /// Makes it what [`asked`](Self::asked) gives. A new one is written where it stays: to move text that has just been
    /// written costs more than to write it.
    pub(crate) fn renew(&mut self, asked: Option<&[u8]>) {
        match (&mut self.0, asked) {
            (Text::Made(text), None) => *text = made(),
            _ => *self = Self::asked(asked),
        }
    }

    /// Whether it came with the request, or from a layer of the service.
    pub(crate) const fn is_given(&self) -> bool {
        matches!(self.0, Text::Given(_))
    }

    /// The id's text.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            // Digits are text.
            Text::Made(text) => std::str::from_utf8(text).unwrap_or_default(),
            Text::Given(text) => text,
        }
    }

    /// The id's text, all of it ASCII: for where it need not be a `str`.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Text::Made(text) => text,
            Text::Given(text) => text.as_bytes(),
        }
    }
}

/// The text of 128 random bits.
#[inline]
fn made() -> [u8; 32] {
    hex_of_128(fastrand::u128(..))
}

impl PartialEq for RequestId {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for RequestId {}

impl Hash for RequestId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RequestId").field(&self.as_str()).finish()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_over_sane_ids_only() {
        assert_eq!(RequestId::parse(b"abc-1:2").unwrap().as_str(), "abc-1:2");
        for id in [&b""[..], b"a b", b"a\nb", b"\"", "ä".as_bytes(), &[b'a'; 129]] {
            assert!(RequestId::parse(id).is_none(), "{id:?}");
        }
    }

    #[test]
    fn an_id_is_its_text() {
        let made = RequestId::random();
        assert_eq!(made.as_str().len(), 32);
        assert_eq!(RequestId::parse(made.as_str().as_bytes()), Some(made.clone()));
        assert_ne!(made, RequestId::random());
    }

    #[test]
    fn a_renewed_id_is_the_one_asked_for_or_a_new_one() {
        let mut id = RequestId::random();
        let first = id.clone();
        id.renew(None);
        assert_ne!(id, first);
        id.renew(Some(b"asked"));
        assert_eq!(id.as_str(), "asked");
        id.renew(Some(b"not sane"));
        assert_eq!(id.as_str().len(), 32);
    }
}
