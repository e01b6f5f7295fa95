//! Request ids and `traceparent` against their grammar, written a second time.

use goldsignal::{RequestId, TraceContext};
use proptest::prelude::*;

fn is_sane(id: &[u8]) -> bool {
    (1..=128).contains(&id.len())
        && id.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:~+/=@".contains(byte))
}

/// `traceparent` by positions, as the standard draws it: trace, parent, sampled.
fn by_positions(header: &[u8]) -> Option<(u128, u64, bool)> {
    let text = std::str::from_utf8(header).ok().filter(|text| text.is_char_boundary(55))?;
    let (known, more) = text.split_at(55);
    let dashes = [2, 35, 52].iter().all(|at| known.as_bytes()[*at] == b'-');
    let lower = known.bytes().all(|byte| b"0123456789abcdef-".contains(&byte));
    let number = |from, to| u128::from_str_radix(known.get(from..to)?, 16).ok();
    let (version, trace) = (number(0, 2)?, number(3, 35)?);
    let (parent, flags) = (u64::try_from(number(36, 52)?).ok()?, number(53, 55)?);
    let ends = more.is_empty() || (version > 0 && more.starts_with('-'));
    (dashes && lower && ends && version != 0xff && trace != 0 && parent != 0).then_some((
        trace,
        parent,
        flags % 2 == 1,
    ))
}

fn traceparent() -> impl Strategy<Value = Vec<u8>> {
    let version = prop_oneof![4 => Just(0_u8), 1 => Just(0xff), 2 => any::<u8>()];
    let trace = prop_oneof![8 => any::<u128>(), 1 => Just(0)];
    let parent = prop_oneof![8 => any::<u64>(), 1 => Just(0)];
    let more = prop_oneof![4 => Just(String::new()), 1 => "-[a-z0-9-]{0,8}", 1 => ".{0,3}"];
    (version, trace, parent, any::<u8>(), more).prop_map(|(version, trace, parent, flags, more)| {
        format!("{version:02x}-{trace:032x}-{parent:016x}-{flags:02x}{more}").into_bytes()
    })
}

/// A `traceparent` with a byte that is another, one less, or one more.
fn spoilt() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop::sample::select(b"0fFgG-+ \t\"\\\n\x80".as_slice());
    (traceparent(), any::<prop::sample::Index>(), byte, 0..3).prop_map(
        |(mut header, at, byte, how)| {
            let at = at.index(header.len());
            match how {
                0 => header[at] = byte,
                1 => drop(header.remove(at)),
                _ => header.insert(at, byte),
            }
            header
        },
    )
}

proptest! {
    #![proptest_config(super::cases(4096))]

    #[test]
    fn request_ids_are_taken_over_when_sane(
        id in prop_oneof![
            any::<Vec<u8>>(),
            "[a-zA-Z0-9_.:~+/=@-]{0,130}".prop_map(String::into_bytes),
            "[a-z ;\"\\\\\r\n\t\0]{1,6}".prop_map(String::into_bytes),
        ]
    ) {
        let parsed = RequestId::parse(&id);
        prop_assert_eq!(parsed.is_some(), is_sane(&id));
        if let Some(parsed) = parsed {
            prop_assert_eq!(parsed.as_str().as_bytes(), &id[..]);
        }
    }

    #[test]
    fn traceparent_is_read_as_the_standard_says(
        header in prop_oneof![traceparent(), spoilt(), any::<Vec<u8>>()]
    ) {
        let read = TraceContext::parse(&header);
        let told = read.as_ref().map(|it| (it.trace_id, it.parent_id.unwrap_or(0), it.sampled));
        prop_assert_eq!(told, by_positions(&header));
        if let Some(read) = read {
            prop_assert_ne!(read.span_id, 0);
            let sent = by_positions(read.traceparent().as_bytes());
            prop_assert_eq!(sent, Some((read.trace_id, read.span_id, read.sampled)));
        }
    }
}
