//! What ties the signals of one request together: its id and its place in a trace.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

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
        let (mut text, random) = ([0; 32], fastrand::u128(..));
        for (digit, place) in text.iter_mut().zip((0..32).rev()) {
            *digit = b"0123456789abcdef"[(random >> (4 * place)) as usize & 0xf];
        }
        Self(Text::Made(text))
    }

    /// The id's text.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            // Digits are text.
            Text::Made(text) => std::str::from_utf8(text).unwrap_or_default(),
            Text::Given(text) => text,
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

/// A place in a trace, after W3C Trace Context (<https://www.w3.org/TR/trace-context/>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceContext {
    /// The trace; never zero.
    pub trace_id: u128,
    /// This span; never zero.
    pub span_id: u64,
    /// The span that caused this one, if it was told.
    pub parent_id: Option<u64>,
    /// Whether the caller records the trace.
    pub sampled: bool,
}

impl TraceContext {
    /// Begins a trace.
    pub fn root() -> Self {
        let trace_id = fastrand::u128(1..);
        Self { trace_id, span_id: random_span(), parent_id: None, sampled: false }
    }

    /// Goes on with the trace of a `traceparent` header; `None` when it is malformed.
    ///
    /// A version above 00 is read as far as 00 goes, as the standard asks.
    pub fn parse(traceparent: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(traceparent).ok()?;
        let mut parts = text.split('-');
        let version = hex(parts.next()?, 2)?;
        let trace_id = hex(parts.next()?, 32).filter(|id| *id != 0)?;
        let parent_id = hex(parts.next()?, 16).filter(|id| *id != 0)?;
        let flags = hex(parts.next()?, 2)?;
        if version == 0xff || (version == 0 && parts.next().is_some()) {
            return None;
        }
        Some(Self {
            trace_id,
            span_id: random_span(),
            parent_id: Some(u64::try_from(parent_id).ok()?),
            sampled: flags & 1 == 1,
        })
    }

    /// The `traceparent` to send on.
    pub fn traceparent(&self) -> String {
        let Self { trace_id, span_id, sampled, .. } = self;
        format!("00-{trace_id:032x}-{span_id:016x}-{:02x}", u8::from(*sampled))
    }
}

pub(crate) fn random_span() -> u64 {
    fastrand::u64(1..)
}

/// Exactly `digits` lower-case hexadecimal digits.
fn hex(text: &str, digits: usize) -> Option<u128> {
    let lower = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    (text.len() == digits && text.bytes().all(lower))
        .then(|| u128::from_str_radix(text, 16).ok())
        .flatten()
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
    fn reads_traceparent() {
        let header = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let context = TraceContext::parse(header).unwrap();
        assert_eq!(context.trace_id, 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c);
        assert_eq!(context.parent_id, Some(0xb7ad_6b71_6920_3331));
        assert!(context.sampled);
        assert!(context.traceparent().starts_with("00-0af7651916cd43dd8448eb211c80319c-"));
    }

    #[test]
    fn refuses_malformed_traceparent() {
        for header in [
            "",
            "00",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        ] {
            assert!(TraceContext::parse(header.as_bytes()).is_none(), "{header}");
        }
        let later = b"01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more";
        assert!(TraceContext::parse(later).is_some());
    }
}
