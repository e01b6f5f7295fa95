//! Trace context, as requests receive it and pass it on.

use std::cell::Cell;
use std::sync::Arc;

#[cfg(feature = "http")]
use http::{HeaderMap, HeaderName};

/// The header with the trace id, the caller's span id and the sampling flag.
#[cfg(feature = "http")]
pub(crate) const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
/// The header with the vendors' own trace data.
#[cfg(feature = "http")]
pub(crate) const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// A position in a trace, by W3C Trace Context (<https://www.w3.org/TR/trace-context/>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceContext {
    /// The trace id; never zero.
    pub trace_id: u128,
    /// The span id; never zero.
    pub span_id: u64,
    /// The parent's span id, if it is known.
    pub parent_id: Option<u64>,
    /// Whether the caller records the trace.
    pub sampled: bool,
    /// Whether the trace id leads somewhere: the caller sent it, or an exporter takes spans.
    pub(crate) known: bool,
}

impl TraceContext {
    /// A new trace.
    #[inline]
    pub fn root() -> Self {
        // Reads the thread's generator once and seeds another one with the result.
        let mut random = fastrand::Rng::new();
        let trace_id = random.u128(..).max(1);
        let span_id = random.u64(..).max(1);
        Self { trace_id, span_id, parent_id: None, sampled: false, known: false }
    }

    /// Continues the trace of a `traceparent` header; `None` if the header is malformed.
    ///
    /// Reads a version above 00 like version 00, as the standard requires.
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
            known: true,
        })
    }

    /// A child span. Its id is generated when it is needed.
    pub(crate) fn child(self) -> Self {
        let parent_id = Some(self.span_id).filter(|id| *id != 0);
        Self { span_id: 0, parent_id, ..self }
    }

    /// The `traceparent` header to send.
    pub fn traceparent(&self) -> String {
        let Self { trace_id, span_id, sampled, .. } = self;
        format!("00-{trace_id:032x}-{span_id:016x}-{:02x}", u8::from(*sampled))
    }
}

/// A cell for an optional trace context. Every observation has one, so each id is stored in words of
/// 8 bytes without an `Option` around it: a `u128` would align all observed futures to 16 bytes.
#[derive(Debug)]
pub(super) struct TraceCell {
    /// The upper and the lower half; zero if there is no context.
    trace_id: Cell<(u64, u64)>,
    span_id: Cell<u64>,
    /// Zero if it is not known.
    parent_id: Cell<u64>,
    sampled: Cell<bool>,
    known: Cell<bool>,
}

impl TraceCell {
    /// A cell without a context.
    pub(super) const fn new() -> Self {
        Self {
            trace_id: Cell::new((0, 0)),
            span_id: Cell::new(0),
            parent_id: Cell::new(0),
            sampled: Cell::new(false),
            known: Cell::new(false),
        }
    }

    #[inline]
    pub(super) fn get(&self) -> Option<TraceContext> {
        let (upper, lower) = self.trace_id.get();
        let trace_id = (u128::from(upper) << 64) | u128::from(lower);
        let context = |trace_id| TraceContext {
            trace_id,
            span_id: self.span_id.get(),
            parent_id: Some(self.parent_id.get()).filter(|id| *id != 0),
            sampled: self.sampled.get(),
            known: self.known.get(),
        };
        (trace_id != 0).then(|| context(trace_id))
    }

    /// Whether there is a context that another process or an exporter knows.
    #[inline]
    pub(super) fn is_known(&self) -> bool {
        self.known.get()
    }

    #[inline]
    pub(super) fn is_sampled(&self) -> bool {
        self.sampled.get()
    }

    /// The context, if it is sampled.
    #[inline]
    pub(super) fn sampled(&self) -> Option<TraceContext> {
        if self.is_sampled() { self.get() } else { None }
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "takes the halves")]
    pub(super) fn set(&self, context: TraceContext) {
        let TraceContext { trace_id, span_id, parent_id, sampled, known } = context;
        self.trace_id.set(((trace_id >> 64) as u64, trace_id as u64));
        self.span_id.set(span_id);
        self.parent_id.set(parent_id.unwrap_or(0));
        self.sampled.set(sampled);
        self.known.set(known);
    }
}

impl From<Option<TraceContext>> for TraceCell {
    fn from(context: Option<TraceContext>) -> Self {
        let cell = Self::new();
        if let Some(context) = context {
            cell.set(context);
        }
        cell
    }
}

/// The `tracestate` of a request, which is sent on unchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TraceState(Arc<str>);

impl TraceState {
    /// The standard requires to send at least this much; whole members beyond it are removed.
    const MAX_LEN: usize = 512;
    const MAX_MEMBERS: usize = 32;

    /// Reads the `tracestate` headers of a request; one malformed header invalidates all of them.
    #[cfg(feature = "http")]
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        Self::of_members(headers.get_all(TRACESTATE).iter().map(|value| value.to_str()))
    }

    /// Reads the text of a `tracestate`; `None` if it is malformed.
    pub(crate) fn of_text(text: &str) -> Option<Self> {
        Self::of_members(std::iter::once(Ok::<_, ()>(text)))
    }

    fn of_members<'a, E>(values: impl Iterator<Item = Result<&'a str, E>>) -> Option<Self> {
        let mut text = String::new();
        for (number, member) in members(values).enumerate() {
            let member = member?;
            let comma = if text.is_empty() { "" } else { "," };
            let len = text.len() + comma.len() + member.len();
            if number == Self::MAX_MEMBERS || len > Self::MAX_LEN {
                break;
            }
            text.push_str(comma);
            text.push_str(member);
        }
        (!text.is_empty()).then(|| Self(text.into()))
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

/// Whether it is `key=value` with the characters that the standard allows.
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
    // Zero is not an id, and drawing from a range would cost a division.
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
    fn reads_traceparent() {
        let header = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let context = TraceContext::parse(header).unwrap();
        assert_eq!(context.trace_id, 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c);
        assert_eq!(context.parent_id, Some(0xb7ad_6b71_6920_3331));
        assert!(context.sampled);
        assert!(context.traceparent().starts_with("00-0af7651916cd43dd8448eb211c80319c-"));
    }

    #[test]
    fn a_cell_returns_what_was_set() {
        let cell = TraceCell::new();
        assert_eq!((cell.get(), cell.sampled()), (None, None));
        let root = TraceContext { trace_id: (7 << 64) | 8, ..TraceContext::root() };
        cell.set(root);
        assert_eq!((cell.get(), cell.sampled()), (Some(root), None));
        let child = TraceContext { sampled: true, known: true, ..root.child() };
        cell.set(child);
        assert_eq!((cell.get(), cell.sampled()), (Some(child), Some(child)));
        assert_eq!(TraceCell::from(Some(child)).get(), Some(child));
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
        let first = format!("a={}", "x".repeat(253));
        let fits = format!("b={}", "x".repeat(TraceState::MAX_LEN - first.len() - ",b=".len()));
        assert_eq!(tracestate(&[&first, &fits]).unwrap().len(), TraceState::MAX_LEN);
        assert_eq!(tracestate(&[&first, &format!("{fits}x")]).unwrap(), first);
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

    #[test]
    fn members_of_tracestate_have_a_longest_key_and_value() {
        let member =
            |key: usize, value: usize| format!("{}={}", "k".repeat(key), "v".repeat(value));
        for (key, value) in [(1, 1), (256, 1), (1, 256)] {
            assert!(well_formed(&member(key, value)).is_some(), "{key} {value}");
        }
        for (key, value) in [(257, 1), (1, 257), (0, 1), (1, 0)] {
            assert!(well_formed(&member(key, value)).is_none(), "{key} {value}");
        }
        assert!(well_formed("k=\u{1f}").is_none() && well_formed("k=\u{7f}").is_none());
        assert!(well_formed("k= ~").is_some());
    }

    #[test]
    fn a_trace_is_sent_on_as_it_was_received() {
        let sent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331";
        for (flags, sampled) in [("00", false), ("01", true), ("02", false), ("ff", true)] {
            let context = TraceContext::parse(format!("{sent}-{flags}").as_bytes()).unwrap();
            assert_eq!((context.sampled, context.known), (sampled, true));
            assert_eq!(context.parent_id, Some(0xb7ad_6b71_6920_3331));
            let next = context.traceparent();
            assert!(next.ends_with(if sampled { "-01" } else { "-00" }), "{next}");
            assert_ne!(context.span_id, 0xb7ad_6b71_6920_3331);
            assert_eq!(context.child().parent_id, Some(context.span_id));
        }
        assert_eq!(TraceContext { span_id: 0, ..TraceContext::root() }.child().parent_id, None);
        assert_ne!(random_span(), random_span());
    }
}
