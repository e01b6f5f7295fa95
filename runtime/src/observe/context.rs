//! What ties the signals of one request together: its id and its place in a trace.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use http::{HeaderMap, HeaderName};

use super::hex::hex_of_128;

/// The header with the trace, the caller's span and whether it is sampled.
pub(crate) const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
/// The header with what tracing systems say of the trace.
pub(crate) const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

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
        Self(Text::Made(hex_of_128(fastrand::u128(..))))
    }

    /// The id that a caller asks for where that is sane, else a new one.
    pub(crate) fn asked(id: Option<&[u8]>) -> Self {
        id.and_then(Self::parse).unwrap_or_else(Self::random)
    }

    /// Makes it what [`asked`](Self::asked) gives. A new one is written where it stays: to move text that has just been
    /// written costs more than to write it.
    pub(crate) fn renew(&mut self, asked: Option<&[u8]>) {
        match (&mut self.0, asked) {
            (Text::Made(text), None) => *text = hex_of_128(fastrand::u128(..)),
            _ => *self = Self::asked(asked),
        }
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
    #[inline]
    pub fn root() -> Self {
        // The thread's generator is asked once, and its answer is where another one begins.
        let mut random = fastrand::Rng::new();
        let trace_id = random.u128(..).max(1);
        Self { trace_id, span_id: random.u64(..).max(1), parent_id: None, sampled: false }
    }

    /// Goes on with the trace of a `traceparent` header; `None` when it is malformed.
    ///
    /// A version above 00 is read as far as 00 goes, as the standard asks.
    pub fn parse(traceparent: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(traceparent).ok()?;
        let mut parts = text.split('-');
        let version = unhex(parts.next()?, 2)?;
        let trace_id = unhex(parts.next()?, 32).filter(|id| *id != 0)?;
        let parent_id = unhex(parts.next()?, 16).filter(|id| *id != 0)?;
        let flags = unhex(parts.next()?, 2)?;
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

    /// A span of the same trace that this one causes. Its id is made when it is needed.
    pub(crate) fn child(self) -> Self {
        let parent_id = Some(self.span_id).filter(|id| *id != 0);
        Self { span_id: 0, parent_id, ..self }
    }

    /// The `traceparent` to send on.
    pub fn traceparent(&self) -> String {
        let Self { trace_id, span_id, sampled, .. } = self;
        format!("00-{trace_id:032x}-{span_id:016x}-{:02x}", u8::from(*sampled))
    }
}

/// What other tracing systems say of a trace: kept as it came, and sent on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TraceState(Arc<str>);

impl TraceState {
    /// At least this much must be sent on, after the standard; more is cut off, by whole members.
    const MAX_LEN: usize = 512;
    const MAX_MEMBERS: usize = 32;

    /// Reads the `tracestate` headers of a request; one that is malformed makes all of them void.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let mut kept = String::new();
        let values = headers.get_all(TRACESTATE).iter().map(|value| value.to_str());
        for (number, member) in members(values).enumerate() {
            let member = member?;
            let comma = if kept.is_empty() { "" } else { "," };
            let len = kept.len() + comma.len() + member.len();
            if number == Self::MAX_MEMBERS || len > Self::MAX_LEN {
                break;
            }
            kept.push_str(comma);
            kept.push_str(member);
        }
        (!kept.is_empty()).then(|| Self(kept.into()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The members of a list over several headers; `None` for a malformed one.
fn members<'a, E>(
    values: impl Iterator<Item = Result<&'a str, E>>,
) -> impl Iterator<Item = Option<&'a str>> {
    values.flat_map(|value| {
        let value = value.unwrap_or("=");
        value.split(',').map(str::trim).filter(|member| !member.is_empty()).map(well_formed)
    })
}

/// `key=value`, with the letters that the standard allows.
fn well_formed(member: &str) -> Option<&str> {
    let (key, value) = member.split_once('=')?;
    let in_key =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-*/@".contains(&byte);
    let in_value = |byte: u8| (b' '..=b'~').contains(&byte) && byte != b'=';
    let key = !key.is_empty() && key.len() <= 256 && key.bytes().all(in_key);
    let value = !value.is_empty() && value.len() <= 256 && value.bytes().all(in_value);
    (key && value).then_some(member)
}

pub(crate) fn random_span() -> u64 {
    // Zero is no id; to draw from a range would cost a division.
    fastrand::u64(..).max(1)
}

/// Exactly `digits` lower-case hexadecimal digits.
fn unhex(text: &str, digits: usize) -> Option<u128> {
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

    #[test]
    fn reads_traceparent() {
        let header = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let context = TraceContext::parse(header).unwrap();
        assert_eq!(context.trace_id, 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c);
        assert_eq!(context.parent_id, Some(0xb7ad_6b71_6920_3331));
        assert!(context.sampled);
        assert!(context.traceparent().starts_with("00-0af7651916cd43dd8448eb211c80319c-"));
    }

    fn tracestate(values: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(TRACESTATE, value.parse().unwrap());
        }
        TraceState::of(&headers).map(|state| state.as_str().to_owned())
    }

    #[test]
    fn keeps_tracestate() {
        assert_eq!(tracestate(&["a=1,b@c=2 ", "", "d/e=x y"]).unwrap(), "a=1,b@c=2,d/e=x y");
        for malformed in ["a", "=1", "a=", "A=1", "a=1=2"] {
            assert_eq!(tracestate(&["ok=1", malformed]), None, "{malformed}");
        }
        assert_eq!(tracestate(&[]), None);
    }

    #[test]
    fn cuts_tracestate_by_whole_members() {
        let members: Vec<String> = (0..40).map(|n| format!("k{n}=v")).collect();
        assert_eq!(tracestate(&[&members.join(",")]).unwrap(), members[..32].join(","));
        let long = format!("a={}", "x".repeat(200));
        assert_eq!(tracestate(&[&long, &long, &long]).unwrap(), format!("{long},{long}"));
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
