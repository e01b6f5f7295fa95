//! Objectives: named service levels, which operations refer to.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::source_location::SourceLocation;

/// A service-level objective: a constant with a name, which operations refer to by `#[observed(slo = API)]`.
///
/// The compiler checks it where it is used, so a wrong objective does not compile.
///
/// ```
/// use goldsignal::Slo;
/// use std::time::Duration;
///
/// const API: Slo = Slo::new("api", "What to do when the API burns its budget.")
///     .availability(99.9)
///     .latency(99.0, Duration::from_millis(250));
/// assert_eq!(API.required_availability(), Some(99.9));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Slo {
    name: &'static str,
    runbook: &'static str,
    availability: Option<f64>,
    latency: Option<(f64, Duration)>,
    /// `None` for the default.
    period_days: Option<u32>,
    /// `None` for the default.
    severity: Option<Severity>,
    location: SourceLocation,
}

/// Whom the alert about a fast-burning budget reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Severity {
    /// The person on call, at any hour: users notice the failure now.
    Page,
    /// Somebody on the next working day: users do not notice the failure yet.
    Ticket,
}

impl Severity {
    /// The value of the label `severity`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Ticket => "ticket",
        }
    }
}

impl PartialEq for Slo {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.runbook == other.runbook
            && self.availability == other.availability
            && self.latency == other.latency
            && self.period() == other.period()
            && self.alert_severity() == other.alert_severity()
    }
}

/// The burn rate of the fastest alert of <https://sre.google/workbook/alerting-on-slos/>. If an objective is at most
/// `1 - 1 / FAST_BURN`, even failures alone do not burn its budget that fast.
const FAST_BURN: f64 = 14.0;

impl Slo {
    /// The periods that an objective can have.
    pub(crate) const PERIOD_DAYS: RangeInclusive<u32> = 1..=90;

    /// An objective with this name and runbook, which usually comes from `include_str!`.
    ///
    /// # Panics
    /// If the name is empty or has other characters than `a-z`, `0-9`, `_` and `-`, or if the runbook is blank. In a
    /// constant that is a compile error.
    #[track_caller]
    pub const fn new(name: &'static str, runbook: &'static str) -> Self {
        assert!(
            is_slug(name),
            "an objective's name is made of a-z, 0-9, `_` and `-`, such as `checkout`"
        );
        assert!(
            !is_blank(runbook),
            "an objective needs a runbook: what to do when its budget burns; give it with include_str!"
        );
        let location = SourceLocation::here("");
        let (availability, latency, period_days, severity) = (None, None, None, None);
        Self { name, runbook, availability, latency, period_days, severity, location }
    }

    /// Requires that this percentage of events succeeds, such as `99.9`.
    ///
    /// # Panics
    /// If `percent` is 100 or more, if it is too low for a burn-rate alert (less than 93.06), or if it is given already.
    /// In a constant that is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn availability(mut self, percent: f64) -> Self {
        assert!(self.availability.is_none(), "`.availability(..)` is given twice; remove one");
        check_percent(percent);
        self.availability = Some(percent);
        self
    }

    /// Requires that this percentage of events ends within `threshold`.
    ///
    /// # Panics
    /// As [`availability`](Self::availability), and if `threshold` is zero.
    #[must_use]
    #[track_caller]
    pub const fn latency(mut self, percent: f64, threshold: Duration) -> Self {
        assert!(self.latency.is_none(), "`.latency(..)` is given twice; remove one");
        check_percent(percent);
        assert!(
            !threshold.is_zero(),
            "a latency threshold is longer than zero, such as `Duration::from_millis(250)`"
        );
        self.latency = Some((percent, threshold));
        self
    }

    /// Sets the period in days for which the objective holds; the default is 30.
    ///
    /// # Panics
    /// If it is not 1 to 90 days, or given already. In a constant that is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn period_days(mut self, days: u32) -> Self {
        assert!(self.period_days.is_none(), "`.period_days(..)` is given twice; remove one");
        assert!(
            days >= *Self::PERIOD_DAYS.start() && days <= *Self::PERIOD_DAYS.end(),
            "an objective's period is 1 to 90 days, such as `.period_days(30)`"
        );
        self.period_days = Some(days);
        self
    }

    /// Whether an objective can have this name.
    #[cfg(feature = "operate")]
    pub(crate) const fn is_valid_name(name: &str) -> bool {
        is_slug(name)
    }

    /// Whether an objective can require this percentage.
    #[cfg(feature = "operate")]
    pub(crate) const fn is_valid_percent(percent: f64) -> bool {
        percent < 100.0 && FAST_BURN * (1.0 - percent / 100.0) < 1.0
    }

    /// The same objective, declared at `location`.
    #[cfg(feature = "operate")]
    pub(crate) const fn declared_at(self, location: SourceLocation) -> Self {
        Self { location, ..self }
    }

    /// Sets the severity of the alert that the budget burns fast; the default is [`Severity::Page`].
    ///
    /// ```
    /// use goldsignal::{Severity, Slo};
    ///
    /// const REPORTS: Slo = Slo::new("reports", "Users see the reports of yesterday. Nobody has to get up.")
    ///     .availability(99.0)
    ///     .severity(Severity::Ticket);
    /// assert_eq!(REPORTS.alert_severity(), Severity::Ticket);
    /// ```
    ///
    /// # Panics
    /// If it is given already. In a constant that is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn severity(mut self, severity: Severity) -> Self {
        assert!(self.severity.is_none(), "`.severity(..)` is given twice; remove one");
        self.severity = Some(severity);
        self
    }

    /// Refuses an objective without requirements.
    ///
    /// # Panics
    /// If it requires neither an availability nor a latency. In a constant that is a compile error.
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

    /// Refuses a latency threshold outside of the buckets: the histogram could not show which events kept it.
    #[track_caller]
    pub(crate) const fn check_bounds(&self, bounds: &[f64]) {
        assert!(
            self.is_within(bounds),
            "the objective's latency threshold lies outside the range of the histogram's buckets: widen \
             `buckets`, or change the threshold"
        );
    }

    /// Whether its latency threshold, if it has one, lies in the range of the buckets.
    pub(crate) const fn is_within(&self, bounds: &[f64]) -> bool {
        let Some((_, threshold)) = self.latency else { return true };
        let seconds = threshold.as_secs_f64();
        seconds >= bounds[0] && seconds <= bounds[bounds.len() - 1]
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

    /// The percentage of events that must end within a threshold, and the threshold.
    pub const fn required_latency(&self) -> Option<(f64, Duration)> {
        self.latency
    }

    /// The period in days.
    pub const fn period(&self) -> u32 {
        match self.period_days {
            Some(days) => days,
            None => 30,
        }
    }

    /// The severity of the alert that the budget burns fast.
    pub const fn alert_severity(&self) -> Severity {
        match self.severity {
            Some(severity) => severity,
            None => Severity::Page,
        }
    }

    /// The source location of its declaration, as `file:line`.
    pub fn location(&self) -> String {
        self.location.to_string()
    }
}

#[track_caller]
const fn check_percent(percent: f64) {
    assert!(percent > 0.0, "an objective is a percentage above 0, such as 99.9");
    assert!(
        percent > 1.0,
        "an objective is a percentage and no ratio: write 99.9 instead of 0.999"
    );
    assert!(
        percent < 100.0,
        "an objective of 100 % or more leaves no budget: state less, such as 99.9"
    );
    assert!(
        FAST_BURN * (1.0 - percent / 100.0) < 1.0,
        "an objective this low can never burn its budget 14 times too fast, so its alert could not fire: \
         state more than 92.86"
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objectives_differ_in_each_requirement() {
        const API: Slo = Slo::new("api", "text").availability(99.9);
        assert_eq!(API, Slo::new("api", "text").availability(99.9), "the location does not matter");
        for other in [
            Slo::new("web", "text").availability(99.9),
            Slo::new("api", "other").availability(99.9),
            Slo::new("api", "text").availability(99.5),
            API.latency(99.0, Duration::from_secs(1)),
            API.period_days(7),
            API.severity(Severity::Ticket),
        ] {
            assert_ne!(API, other);
        }
        assert!(API.location().contains("objective.rs:"));
        assert_eq!((API.period(), API.period_days(7).period()), (30, 7));
    }
}
