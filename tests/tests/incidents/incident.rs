//! An incident: what happens at true time, and which alerts it must raise.

use std::time::Duration;

use crate::alert::Alert;

/// How long there is a little good traffic before the incidents that are played live: all the history they have.
pub(crate) const BEFORE: Duration = Duration::from_mins(5);
/// How long these last.
pub(crate) const DURING: Duration = Duration::from_secs(2_250);
/// How long one version of the service is deployed.
const DEPLOYED: Duration = Duration::from_secs(750);
/// How many made-up words come a minute.
const WORDS: f64 = 40.0;

/// An incident, or events that are not one.
#[derive(Debug)]
pub(crate) struct Incident {
    /// The name of its service and job.
    pub(crate) name: &'static str,
    /// The alerts that reach somebody.
    pub(crate) expected: Vec<Alert>,
    /// Alerts that fire, too, but are inhibited by a page about the same.
    pub(crate) inhibited: Vec<Alert>,
    /// How long there is good traffic before it, and how many times less than then.
    pub(crate) before: Duration,
    pub(crate) quieter: u32,
    /// How long it lasts.
    pub(crate) during: Duration,
    /// Requests a minute.
    pub(crate) requests: u32,
    /// The path of its nth request.
    pub(crate) request: fn(u64) -> &'static str,
    /// Events besides requests.
    pub(crate) besides: Besides,
}

/// Events besides requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Besides {
    Nothing,
    /// All connections are in use, and requests wait for one.
    FullPool,
    /// One of two instances crashes each time that it is started.
    CrashLoop,
    /// A new instance takes over, twice; its counters begin at zero.
    Deploys,
    /// A client makes up values of a label.
    LabelFlood,
    /// The only instance can no longer be scraped.
    Gone,
    /// Descriptors leak.
    LeakedDescriptors,
    /// Memory leaks.
    LeakedMemory,
    /// The CPU quota is used up.
    Throttled,
    /// The only thread of a runtime's blocking pool does not come back.
    FullBlockingPool,
    /// A task keeps the only worker of a runtime.
    BlockedRuntime,
}

impl Incident {
    /// All alerts that fire.
    pub(crate) fn fires(&self) -> impl Iterator<Item = &Alert> {
        self.expected.iter().chain(&self.inhibited)
    }

    /// How long all of it takes.
    pub(crate) fn length(&self) -> Duration {
        self.before + self.during
    }

    /// How many requests came when it was not to begin yet, and this had been going on for `since`.
    pub(crate) fn sent_before(&self, since: Duration) -> u64 {
        happened(f64::from(self.requests) / f64::from(self.quieter), since)
    }

    /// How many requests have come when it is `since` old.
    pub(crate) fn sent(&self, since: Duration) -> u64 {
        happened(f64::from(self.requests), since)
    }
}

impl Besides {
    /// How many instances the service has.
    pub(crate) fn instances(self) -> usize {
        if self == Self::CrashLoop { 2 } else { 1 }
    }

    /// The instance that cannot be scraped while it goes on.
    pub(crate) fn unreachable(self) -> Option<usize> {
        match self {
            Self::CrashLoop => Some(1),
            Self::Gone => Some(0),
            _ => None,
        }
    }

    /// How many words were made up when it is `since` old.
    pub(crate) fn words(self, since: Duration) -> u64 {
        if self == Self::LabelFlood { happened(WORDS, since) } else { 0 }
    }

    /// How many deployments there were when it is `since` old.
    pub(crate) fn deployments(self, since: Duration) -> u64 {
        if self == Self::Deploys { since.as_secs() / DEPLOYED.as_secs() } else { 0 }
    }
}

/// How many events have happened that happen `a_minute` times.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a few thousand, and no less than nothing"
)]
fn happened(a_minute: f64, since: Duration) -> u64 {
    (since.as_secs_f64() * a_minute / 60.0).ceil() as u64
}
