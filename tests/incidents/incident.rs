//! What happens, and who should be told.

/// An incident, or what is none.
#[derive(Debug)]
pub(crate) struct Incident {
    /// The name of its service and job.
    pub(crate) name: &'static str,
    /// The alerts that reach somebody, with their severity.
    pub(crate) expected: &'static [(&'static str, &'static str)],
    /// Requests a second.
    pub(crate) rate: u32,
    /// The path of its nth request.
    pub(crate) request: fn(u64) -> &'static str,
    /// What else happens.
    pub(crate) besides: Besides,
}

/// What happens besides requests.
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
}

const PAGE: &str = "page";
const TICKET: &str = "ticket";

const fn good(_: u64) -> &'static str {
    "/items/good"
}

const fn every(n: u64, period: u64, path: &'static str) -> &'static str {
    if n % period == period - 1 { path } else { "/items/good" }
}

/// Incidents whose page inhibits the tickets of the same objective expect the page alone.
pub(crate) const INCIDENTS: &[Incident] = &[
    Incident {
        name: "steady-traffic",
        expected: &[],
        rate: 40,
        request: good,
        besides: Besides::Nothing,
    },
    Incident {
        name: "no-traffic",
        expected: &[],
        rate: 0,
        request: good,
        besides: Besides::Nothing,
    },
    Incident {
        name: "all-fail",
        expected: &[("ApiAvailabilityBurnsFast", PAGE)],
        rate: 40,
        request: |_| "/items/broken",
        besides: Besides::Nothing,
    },
    Incident {
        name: "one-in-twenty-fails",
        expected: &[("ApiAvailabilityBurnsFast", PAGE)],
        rate: 40,
        request: |n| every(n, 20, "/items/broken"),
        besides: Besides::Nothing,
    },
    // Twice what the budget allows. The run is all the history there is, so the budget is spent as well.
    Incident {
        name: "two-in-a-thousand-fail",
        expected: &[("ApiAvailabilityBurnsSlowly", TICKET), ("ApiAvailabilityBudgetSpent", TICKET)],
        rate: 200,
        request: |n| every(n, 500, "/items/broken"),
        besides: Besides::Nothing,
    },
    Incident {
        name: "one-failure-among-few",
        expected: &[],
        rate: 1,
        request: |n| if n == 5 { "/items/broken" } else { "/items/good" },
        besides: Besides::Nothing,
    },
    Incident {
        name: "one-route-slower",
        expected: &[("ApiLatencyBurnsFast", PAGE)],
        rate: 40,
        request: |n| every(n, 2, "/orders/slow"),
        besides: Besides::Nothing,
    },
    Incident {
        name: "pool-filled-by-slow-database",
        expected: &[("ApiLatencyBurnsFast", PAGE), ("ServicePoolSaturated", TICKET)],
        rate: 20,
        request: |_| "/orders/slow",
        besides: Besides::FullPool,
    },
    Incident {
        name: "crash-loop",
        expected: &[("ServiceCrashLooping", TICKET), ("ServiceTargetDown", TICKET)],
        rate: 40,
        request: good,
        besides: Besides::CrashLoop,
    },
    Incident { name: "deploys", expected: &[], rate: 40, request: good, besides: Besides::Deploys },
    Incident {
        name: "label-flood",
        expected: &[("ServiceLabelOverflow", TICKET)],
        rate: 40,
        request: good,
        besides: Besides::LabelFlood,
    },
    Incident {
        name: "target-gone",
        expected: &[("ServiceAbsent", PAGE), ("ServiceTargetDown", TICKET)],
        rate: 40,
        request: good,
        besides: Besides::Gone,
    },
    Incident {
        name: "garbage-from-clients",
        expected: &[],
        rate: 200,
        request: |n| match n % 3 {
            0 => "/items/unknown",
            1 => "/nowhere",
            _ => "/orders/unknown",
        },
        besides: Besides::Nothing,
    },
];
