//! Objectives: named service levels that operations share.

use std::panic::Location;
use std::time::Duration;

/// A service-level objective: a named, shared constant that operations point at.
///
/// Every rule about it is checked when the constant is used, so a wrong one does not compile.
///
/// ```
/// use goldsignal::Slo;
/// use std::time::Duration;
///
/// const API: Slo = Slo::new("api", "What to do when the API burns its budget.")
///     .availability(99.9)
///     .latency(99.0, Duration::from_millis(250));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Slo {
    name: &'static str,
    runbook: &'static str,
    availability: Option<f64>,
    latency: Option<(f64, Duration)>,
    period_days: u32,
    location: &'static Location<'static>,
}

impl PartialEq for Slo {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.runbook == other.runbook
            && self.availability == other.availability
            && self.latency == other.latency
            && self.period_days == other.period_days
    }
}

/// The burn rate of the slowest alert: at or below `1 - 1/BURN` of good events nothing can burn that fast.
/// 14.4 is the fast page of <https://sre.google/workbook/alerting-on-slos/>.
const FAST_BURN: f64 = 14.4;

impl Slo {
    /// Names an objective and gives its runbook, usually by `include_str!`.
    ///
    /// # Panics
    /// When the name is not a label value of letters, digits, `_` and `-`, or the runbook is empty; in a
    /// constant that is a compile error.
    #[track_caller]
    pub const fn new(name: &'static str, runbook: &'static str) -> Self {
        assert!(is_slug(name), "an objective's name is made of a-z, 0-9, `_` and `-`");
        assert!(
            !is_blank(runbook),
            "an objective needs a runbook: what to do when its budget burns; give it with include_str!"
        );
        let location = Location::caller();
        Self { name, runbook, availability: None, latency: None, period_days: 30, location }
    }

    /// States which percentage of events must succeed, such as `99.9`.
    ///
    /// # Panics
    /// When it is not between what a burn-rate alert can detect (93.06) and 100; in a constant that is a
    /// compile error.
    #[must_use]
    #[track_caller]
    pub const fn availability(mut self, percent: f64) -> Self {
        check_percent(percent);
        self.availability = Some(percent);
        self
    }

    /// States which percentage of events must end within `threshold`.
    ///
    /// # Panics
    /// As [`availability`](Self::availability); and when `threshold` is zero.
    #[must_use]
    #[track_caller]
    pub const fn latency(mut self, percent: f64, threshold: Duration) -> Self {
        check_percent(percent);
        assert!(!threshold.is_zero(), "a latency threshold must be longer than zero");
        self.latency = Some((percent, threshold));
        self
    }

    /// States the period in days over which the objective is kept; 30 unless said otherwise.
    ///
    /// # Panics
    /// When it is not 1 to 90 days; in a constant that is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn period_days(mut self, days: u32) -> Self {
        assert!(days >= 1 && days <= 90, "an objective's period is 1 to 90 days");
        self.period_days = days;
        self
    }

    /// Refuses an objective that states nothing.
    ///
    /// # Panics
    /// When neither availability nor latency is stated; in a constant that is a compile error.
    #[doc(hidden)]
    #[must_use]
    #[track_caller]
    pub const fn complete(self) -> Self {
        assert!(
            self.availability.is_some() || self.latency.is_some(),
            "an objective needs `.availability(percent)` or `.latency(percent, threshold)`"
        );
        self
    }

    /// Refuses a latency threshold that the buckets cannot tell apart.
    #[track_caller]
    pub(crate) const fn check_bounds(&self, bounds: &[f64]) {
        if let Some((_, threshold)) = self.latency {
            let seconds = threshold.as_secs_f64();
            assert!(
                seconds >= bounds[0] && seconds <= bounds[bounds.len() - 1],
                "the objective's latency threshold lies outside the range of the histogram's buckets"
            );
        }
    }

    /// The name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The runbook's text.
    pub const fn runbook(&self) -> &'static str {
        self.runbook
    }

    /// The percentage of events that must succeed.
    pub const fn required_availability(&self) -> Option<f64> {
        self.availability
    }

    /// The percentage of events that must end within the threshold, and the threshold.
    pub const fn required_latency(&self) -> Option<(f64, Duration)> {
        self.latency
    }

    /// The period in days.
    pub const fn period(&self) -> u32 {
        self.period_days
    }

    /// Where it is declared, as `file:line`.
    pub fn location(&self) -> String {
        format!("{}:{}", self.location.file(), self.location.line())
    }
}

#[track_caller]
const fn check_percent(percent: f64) {
    assert!(
        percent < 100.0,
        "an objective of 100 % or more leaves no budget: state less, such as 99.9"
    );
    assert!(
        FAST_BURN * (1.0 - percent / 100.0) < 1.0,
        "an objective this low can never burn its budget 14.4 times too fast, so its alert could not fire: \
         state more than 93.06"
    );
}

const fn is_slug(name: &str) -> bool {
    let bytes = name.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        if !matches!(bytes[i], b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-') {
            return false;
        }
        i += 1;
    }
    !bytes.is_empty()
}

const fn is_blank(text: &str) -> bool {
    text.trim_ascii().is_empty()
}
