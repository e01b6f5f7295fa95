//! Content negotiation: the exposition format that a scraper gets.

/// An exposition format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Prometheus' text format 0.0.4
    /// (<https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format>).
    Text,
    /// OpenMetrics 1.0 (<https://prometheus.io/docs/specs/om/open_metrics_spec/>).
    OpenMetrics,
}

impl Format {
    /// The `Content-Type` of the format.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

/// Chooses the format for a request with this `Accept` header.
///
/// The format with the highest q-value is chosen. If both have the same, it is OpenMetrics if the header names it. If the
/// header accepts neither, it is [`Format::Text`], so no scraper is refused.
///
/// ```
/// use goldsignal::expose::{Format, negotiate};
///
/// assert_eq!(negotiate(Some("application/openmetrics-text,*/*;q=0.1")), Format::OpenMetrics);
/// assert_eq!(negotiate(None), Format::Text);
/// ```
pub fn negotiate(accept: Option<&str>) -> Format {
    let ranges = || split(accept.unwrap_or(""), ',').filter_map(Range::parse);
    let best = |format: Format| {
        ranges()
            .filter_map(|range| Some((range.fit(format)?, range.quality)))
            .max()
            .map_or(0, |(_, quality)| quality)
    };
    let (text, open) = (best(Format::Text), best(Format::OpenMetrics));
    let named = ranges().any(|range| range.fit(Format::OpenMetrics) > Some(0));
    if open > text || (open == text && open > 0 && named) {
        Format::OpenMetrics
    } else {
        Format::Text
    }
}

/// One media range of an `Accept` header (RFC 9110, section 12.5.1).
struct Range<'a> {
    kind: &'a str,
    version: Option<&'a str>,
    /// In thousandths.
    quality: u16,
}

impl<'a> Range<'a> {
    /// Parses a media range; `None` if it is malformed. Malformed ranges are ignored.
    fn parse(text: &'a str) -> Option<Self> {
        let mut parts = split(text, ';').map(str::trim);
        let kind = parts.next().filter(|kind| kind.contains('/'))?;
        let mut range = Self { kind, version: None, quality: 1000 };
        for parameter in parts {
            let (name, value) = parameter.split_once('=')?;
            let value = value.trim().trim_matches('"');
            if name.trim().eq_ignore_ascii_case("q") {
                range.quality = quality(value)?;
            } else if name.trim().eq_ignore_ascii_case("version") {
                range.version = Some(value);
            }
        }
        Some(range)
    }

    /// How specifically the range matches `format`; `None` if it does not match. The most specific range decides the
    /// quality of a format (RFC 9110, section 12.5.1). The version that is served is more specific than an older one.
    fn fit(&self, format: Format) -> Option<u8> {
        let (family, kind, served, older) = match format {
            Format::Text => ("text/*", "text/plain", "0.0.4", None),
            Format::OpenMetrics => {
                ("application/*", "application/openmetrics-text", "1.0.0", Some("0.0.1"))
            }
        };
        match self.version {
            _ if self.kind == "*/*" => Some(0),
            _ if self.kind.eq_ignore_ascii_case(family) => Some(1),
            _ if !self.kind.eq_ignore_ascii_case(kind) => None,
            None => Some(2),
            version if version == older => Some(3),
            Some(version) => (version == served).then_some(4),
        }
    }
}

/// Parses a q-value, in thousandths; `None` if it is malformed.
fn quality(text: &str) -> Option<u16> {
    let value: f32 = text.parse().ok().filter(|value| (0.0..=1.0).contains(value))?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000")]
    Some((value * 1000.0).round() as u16)
}

/// Splits `text` at each `separator` outside of quotes.
fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |c| {
        quoted ^= c == '"';
        c == separator && !quoted
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn chooses() {
        use Format::{OpenMetrics, Text};
        for (accept, expected) in [
            (None, Text),
            (Some(""), Text),
            (Some("*/*"), Text),
            (Some("text/html"), Text),
            (Some("text/plain"), Text),
            (Some("application/openmetrics-text"), OpenMetrics),
            (Some("application/openmetrics-text; version=1.0.0,text/plain;q=0.5"), OpenMetrics),
            (Some("application/openmetrics-text;q=0.2,text/plain;version=0.0.4;q=0.5"), Text),
            (Some("application/openmetrics-text;q=0,*/*"), Text),
            (Some("application/openmetrics-text;version=2.0.0,text/plain;q=0.1"), Text),
            (Some("application/openmetrics-text;version=\"1.0.0\""), OpenMetrics),
            (Some("text/plain;q=0.5,application/openmetrics-text;q=0.5"), OpenMetrics),
            (Some("application/*;q=0.9,text/*;q=0.8"), OpenMetrics),
            // The version that is served decides, whatever the order.
            (
                Some(
                    "application/openmetrics-text;version=1.0.0,\
                     application/openmetrics-text;version=0.0.1;q=0.1,text/plain;q=0.5",
                ),
                OpenMetrics,
            ),
            (Some("application/openmetrics-text;q=2"), Text),
            (Some(";;;,,q=,\"\"/"), Text),
            // The header of Prometheus 2.42.
            (
                Some(
                    "application/openmetrics-text;version=1.0.0,\
                     application/openmetrics-text;version=0.0.1;q=0.75,\
                     text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
                ),
                OpenMetrics,
            ),
        ] {
            assert_eq!(negotiate(accept), expected, "{accept:?}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(accept: String) {
            negotiate(Some(&accept));
        }
    }
}
