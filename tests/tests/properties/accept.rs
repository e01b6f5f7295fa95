//! `Accept` against a model that works on ranges instead of text.

use goldsignal::expose::{Format, negotiate};
use proptest::prelude::*;
use proptest::sample::select;

#[derive(Clone, Debug)]
struct Range {
    kind: &'static str,
    version: Option<&'static str>,
    /// In thousandths; 1000 where the header does not say it.
    quality: Option<u16>,
}

/// How well `range` fits `format`, the most specific highest; `None` where it does not.
fn fit(range: &Range, format: Format) -> Option<u8> {
    let (kind, family, served, older) = match format {
        Format::Text => ("text/plain", "text/*", "0.0.4", ""),
        Format::OpenMetrics => ("application/openmetrics-text", "application/*", "1.0.0", "0.0.1"),
        other => unreachable!("{other:?} has no media type here"),
    };
    match (range.kind, range.version) {
        ("*/*", _) => Some(0),
        (it, _) if it == family => Some(1),
        (it, None) if it == kind => Some(2),
        (it, Some(version)) if it == kind && version == older => Some(3),
        (it, Some(version)) if it == kind && version == served => Some(4),
        _ => None,
    }
}

/// The quality of `format` by RFC 9110, section 12.5.1: that of the most specific range.
fn quality(ranges: &[Range], format: Format) -> u16 {
    let fits = ranges.iter().filter_map(|it| Some((fit(it, format)?, it.quality.unwrap_or(1000))));
    fits.max().map_or(0, |(_, quality)| quality)
}

fn model(ranges: &[Range]) -> Format {
    let (text, open) = (quality(ranges, Format::Text), quality(ranges, Format::OpenMetrics));
    let named = ranges.iter().any(|it| fit(it, Format::OpenMetrics) > Some(0));
    if open > text || (open == text && open > 0 && named) {
        Format::OpenMetrics
    } else {
        Format::Text
    }
}

fn range() -> impl Strategy<Value = Range> {
    let kinds = [
        "text/plain",
        "application/openmetrics-text",
        "text/*",
        "application/*",
        "*/*",
        "text/html",
    ];
    let versions = ["0.0.4", "1.0.0", "0.0.1", "2.0.0"];
    let quality = prop_oneof![select([0, 1, 500, 999, 1000].as_slice()), 0..=1000_u16];
    let some = prop::option::of(select(versions.to_vec()));
    (select(kinds.to_vec()), some, prop::option::of(quality))
        .prop_map(|(kind, version, quality)| Range { kind, version, quality })
}

/// How a range is written, of the ways that mean the same.
#[derive(Clone, Debug)]
struct Style {
    upper: bool,
    quoted: bool,
    space: &'static str,
    other: &'static str,
    empty_before: bool,
}

fn style() -> impl Strategy<Value = Style> {
    let space = select(["", " ", "\t", "  "].as_slice());
    let other =
        select(["", ";charset=utf-8", ";escaping=allow-utf-8", ";x=\"a,b;q=0\""].as_slice());
    (any::<bool>(), any::<bool>(), space, other, any::<bool>()).prop_map(
        |(upper, quoted, space, other, empty_before)| Style {
            upper,
            quoted,
            space,
            other,
            empty_before,
        },
    )
}

fn written(range: &Range, style: &Style) -> String {
    let Style { space, other, .. } = style;
    let before = if style.empty_before { format!(",{space}") } else { String::new() };
    let quote = if style.quoted { "\"" } else { "" };
    let version =
        range.version.map(|version| format!("{space};{space}version={quote}{version}{quote}"));
    let quality = range.quality.map(|quality| match quality {
        1000 => format!(";{space}q=1.0"),
        less => format!("{space};q=0.{less:03}"),
    });
    let (version, quality) = (version.unwrap_or_default(), quality.unwrap_or_default());
    let text = format!("{before}{}{version}{other}{quality}", range.kind);
    if style.upper { text.to_uppercase() } else { text }
}

proptest! {
    #![proptest_config(super::cases(4096))]

    #[test]
    fn chooses_as_the_model_does(all in prop::collection::vec((range(), style()), 0..6)) {
        let ranges: Vec<_> = all.iter().map(|(range, _)| range.clone()).collect();
        let header: Vec<_> = all.iter().map(|(range, style)| written(range, style)).collect();
        let header = header.join(",");
        prop_assert_eq!(negotiate(Some(&header)), model(&ranges), "{}", header);
    }

    #[test]
    fn never_panics(pieces in prop::collection::vec(select(
        ["text/plain", "application/", "openmetrics-text", "*", "/", ";", ",", "q", "=", "version", "1.0.0", "\"", "\\", "-1", "1e9", "NaN", " ", "ä"]
            .as_slice()), 0..20)) {
        negotiate(Some(&pieces.concat()));
    }
}
