//! Durations, as PromQL writes them.

use std::fmt;

/// A duration in whole milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window(u64);

const UNITS: [(u64, &str); 5] =
    [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s"), (1, "ms")];

impl Window {
    /// Grafana's variable `$__rate_interval`: at least four scrape intervals, and at least the time between two points
    /// of a graph. Only dashboards use it, and its length is not known here.
    pub(in crate::operate) const RATE_INTERVAL: Self = Self(u64::MAX);
    /// Grafana's variable `$__range`: the time that a dashboard shows. Only dashboards use it, and its length is not
    /// known here.
    pub(in crate::operate) const RANGE: Self = Self(u64::MAX - 1);

    /// A window of some milliseconds.
    pub const fn milliseconds(milliseconds: u64) -> Self {
        Self(milliseconds)
    }

    /// A window of some seconds.
    pub const fn seconds(seconds: u64) -> Self {
        Self(seconds * 1_000)
    }

    /// A window of some minutes.
    pub const fn minutes(minutes: u64) -> Self {
        Self::seconds(minutes * 60)
    }

    /// A window of some hours.
    pub const fn hours(hours: u64) -> Self {
        Self::minutes(hours * 60)
    }

    /// A window of some days.
    pub const fn days(days: u64) -> Self {
        Self::hours(days * 24)
    }

    /// The length in milliseconds.
    pub const fn as_milliseconds(self) -> u64 {
        self.0
    }

    /// The exact length in seconds.
    pub fn as_seconds(self) -> rust_decimal::Decimal {
        rust_decimal::Decimal::from(self.0) / rust_decimal::Decimal::ONE_THOUSAND
    }

    /// Parses what [`Display`](fmt::Display) writes: a number and its unit, one of `d`, `h`, `m`, `s`, `ms`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.find(|character: char| !character.is_ascii_digit())?;
        let (number, unit) = text.split_at(digits);
        let (length, _) = UNITS.iter().find(|(_, name)| *name == unit)?;
        let milliseconds = number.parse::<u64>().ok()?.checked_mul(*length)?;
        (milliseconds > 0).then_some(Self(milliseconds))
    }

    /// Divides the length; the result is at least one millisecond.
    #[must_use]
    pub const fn divided(self, by: u32) -> Self {
        let part = self.0 / by as u64;
        Self(if part == 0 { 1 } else { part })
    }
}

/// Writes a whole number and the largest unit that divides the length: `36h`, but `2d` for 48 hours.
impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::RATE_INTERVAL => return f.write_str("$__rate_interval"),
            Self::RANGE => return f.write_str("$__range"),
            _ => {}
        }
        let (length, unit) = UNITS
            .iter()
            .find(|(length, _)| self.0 >= *length && self.0 % *length == 0)
            .unwrap_or(&(1, "ms"));
        write!(f, "{}{unit}", self.0 / length)
    }
}

impl serde::Serialize for Window {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Window {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            serde::de::Error::custom(format!(
                "`{text}` is not a duration: write a number and one of `d`, `h`, `m`, `s`, `ms`"
            ))
        })
    }
}
