//! The id of a request: the caller's, or a new one.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::hex::hex_of_128;

/// The id of a request: `x-request-id` if it is valid, else a generated one.
#[derive(Clone)]
pub struct RequestId(Text);

/// A generated id contains its text inline, without an allocation.
#[derive(Clone)]
enum Text {
    Made([u8; 32]),
    Given(Arc<str>),
}

impl RequestId {
    /// The longest id that is accepted from a header.
    pub const MAX_LEN: usize = 128;

    /// Accepts an id of 1 to 128 letters, digits or `-_.:~+/=@`, which cannot be misread in a log
    /// line, a header or a URL.
    pub fn parse(id: &[u8]) -> Option<Self> {
        let sane = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:~+/=@".contains(byte);
        if id.is_empty() || id.len() > Self::MAX_LEN || !id.iter().all(sane) {
            return None;
        }
        Some(Self(Text::Given(std::str::from_utf8(id).ok()?.into())))
    }

    /// Generates an id of 128 random bits.
    pub fn random() -> Self {
        Self(Text::Made(made()))
    }

    /// The caller's id if it is valid, else a new one.
    pub(crate) fn asked(id: Option<&[u8]>) -> Self {
        id.and_then(Self::parse).unwrap_or_else(Self::random)
    }

    /// Sets the id like [`asked`](Self::asked). A new id is written in place, because moving text
    /// that was just written costs more than writing it.
    pub(crate) fn renew(&mut self, asked: Option<&[u8]>) {
        match (&mut self.0, asked) {
            (Text::Made(text), None) => *text = made(),
            _ => *self = Self::asked(asked),
        }
    }

    /// Whether the caller or a layer of the service gave it.
    pub(crate) const fn is_given(&self) -> bool {
        matches!(self.0, Text::Given(_))
    }

    /// The id's text.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            // The text consists of ASCII digits.
            Text::Made(text) => std::str::from_utf8(text).unwrap_or_default(),
            Text::Given(text) => text,
        }
    }

    /// The id's text as ASCII bytes.
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
