//! The id of a request: the caller's, or a new one.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

#[cfg(feature = "http")]
use http::HeaderValue;

use super::generated_id::{self, GeneratedId};

/// The id of a request: `x-request-id` if it is valid, else a generated one.
#[derive(Clone)]
pub struct RequestId(Text);

#[derive(Clone)]
enum Text {
    Generated(GeneratedId),
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
    #[inline]
    pub fn random() -> Self {
        Self(Text::Generated(generated_id::next()))
    }

    /// The caller's id if it is valid, else a new one.
    #[inline]
    pub(crate) fn asked(id: Option<&[u8]>) -> Self {
        match id {
            None => Self::random(),
            Some(id) => Self::parse_or_random(id),
        }
    }

    #[cold]
    fn parse_or_random(id: &[u8]) -> Self {
        Self::parse(id).unwrap_or_else(Self::random)
    }

    /// Whether the caller or a layer of the service gave it.
    pub(crate) const fn is_given(&self) -> bool {
        matches!(self.0, Text::Given(_))
    }

    /// The id's text.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            // The text consists of ASCII digits.
            Text::Generated(id) => std::str::from_utf8(id.as_ref()).unwrap_or_default(),
            Text::Given(text) => text,
        }
    }

    /// The id's text as ASCII bytes.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Text::Generated(id) => id.as_ref(),
            Text::Given(text) => text.as_bytes(),
        }
    }

    /// The id as the value of a header.
    #[cfg(feature = "http")]
    pub(crate) fn header_value(&self) -> Option<HeaderValue> {
        match &self.0 {
            Text::Generated(id) => Some(id.clone()),
            Text::Given(text) => HeaderValue::from_str(text).ok(),
        }
    }
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
    use std::hash::{BuildHasher, RandomState};

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
    fn only_an_id_that_was_asked_for_is_given() {
        assert!(!RequestId::random().is_given());
        assert!(RequestId::asked(Some(b"asked")).is_given());
        assert!(!RequestId::asked(Some(b"not sane")).is_given());
        assert!(!RequestId::asked(None).is_given());
        let longest = [b'a'; RequestId::MAX_LEN];
        assert_eq!(RequestId::parse(&longest).unwrap().as_bytes(), longest);
        let made = RequestId::random();
        assert_eq!(made.as_bytes(), made.as_str().as_bytes());
        assert_eq!(made.to_string(), made.as_str());
        let ids = std::collections::HashSet::from([made.clone()]);
        assert!(ids.contains(&RequestId::parse(made.as_bytes()).unwrap()));
        let state = RandomState::new();
        assert_ne!(state.hash_one(&made), state.hash_one(RequestId::random()));
        assert_eq!(format!("{made:?}"), format!("RequestId({:?})", made.as_str()));
    }
}
