//! The incidents, and some events that are not.

use std::sync::LazyLock;
use std::time::Duration;

use crate::alert::{AVAILABILITY, Alert, LATENCY, Now, ticket};
use crate::incident::{BEFORE, Besides, DURING, Incident};

/// The request that is all right.
pub(crate) const GOOD: &str = "/items/good";
const BROKEN: &str = "/items/broken";
const SLOW: &str = "/orders/slow";

/// A history that an incident has to outweigh. Replaying it takes by its square as long.
const HOURS: Duration = Duration::from_hours(4);

const fn now(
    share: &'static str,
    factor: &'static str,
    worst: &'static str,
    instance: &'static str,
) -> Now {
    Now { share, factor, worst, instance }
}

const fn every(n: u64, period: u64, path: &'static str) -> &'static str {
    if n % period == period - 1 { path } else { GOOD }
}

/// Good requests, and nothing that anybody should be told.
const QUIET: Incident = Incident {
    name: "",
    expected: Vec::new(),
    inhibited: Vec::new(),
    before: BEFORE,
    quieter: 10,
    during: DURING,
    requests: 80,
    request: |_| GOOD,
    besides: Besides::Nothing,
};

/// All that are played live and replayed.
pub(crate) static INCIDENTS: LazyLock<Vec<Incident>> = LazyLock::new(|| {
    let mut all = vec![
        Incident { name: "steady-traffic", ..QUIET },
        Incident { name: "no-traffic", requests: 0, ..QUIET },
    ];
    all.extend(failures());
    all.extend(slowness());
    all.extend(instances());
    all.extend(clients());
    all
});

/// Faults of the process and its runtimes. They are played live alone: at true time, the test of the generated rules on
/// saturation has one instance for each.
pub(crate) static PLAYED: LazyLock<Vec<Incident>> = LazyLock::new(|| {
    let incident = |name, alert: &str, labels, besides| Incident {
        name,
        expected: vec![ticket(alert, 0, labels, "")],
        besides,
        ..QUIET
    };
    let nothing = Besides::Nothing;
    let jobs: &[_] = &[("runtime", "jobs")];
    let item: &[_] = &[("function", "incidents::service::item")];
    let items: &[_] = &[("method", "GET"), ("endpoint", "/items/{what}")];
    let (leaked, memory) = (Besides::LeakedDescriptors, Besides::LeakedMemory);
    let (pool, worker) = (Besides::FullBlockingPool, Besides::BlockedRuntime);
    vec![
        incident("descriptors-leak", "ServiceDescriptorsNearLimit", &[], leaked),
        incident("memory-leaks", "ServiceMemoryNearLimit", &[], memory),
        incident("quota-used-up", "ServiceCpuThrottled", &[], Besides::Throttled),
        incident("blocking-pool-full", "ServiceBlockingPoolFull", jobs, pool),
        incident("worker-blocked", "ServiceRuntimeSaturated", jobs, worker),
        Incident {
            request: |n| every(n, 4, "/items/blocks"),
            ..incident("handler-blocks", "ServiceOperationBlocks", item, nothing)
        },
        Incident {
            request: |n| if n == 5 { "/items/hangs" } else { GOOD },
            ..incident("request-hangs", "ServiceRequestsStuck", items, nothing)
        },
    ]
});

/// Incidents that cannot be played live, and are only replayed.
pub(crate) static REPLAYED: LazyLock<Vec<Incident>> = LazyLock::new(|| {
    let (all, thousandths) = ("GET /items/{what} 1.33", "GET /items/{what} 0.0133");
    vec![
        // An error every ten seconds, which is half of the budget.
        Incident {
            name: "busy-within-budget",
            requests: 12_000,
            request: |n| every(n, 2_000, BROKEN),
            ..QUIET
        },
        // In the first days of a Prometheus tickets come before the page: their windows have no more history than that of
        // the page.
        Incident {
            name: "all-fail-after-good-hours",
            expected: vec![
                AVAILABILITY.burns_slowly(30, now("31.12%", "311.2", all, "100%")),
                AVAILABILITY.budget_spent(30, "13.51%"),
                AVAILABILITY.burns_fast(60, now("100%", "1000", all, "100%")),
            ],
            before: HOURS,
            quieter: 1,
            request: |_| BROKEN,
            ..QUIET
        },
        // Hours without failures have to be outweighed first.
        Incident {
            name: "two-in-a-thousand-fail-after-good-hours",
            expected: vec![
                AVAILABILITY.burns_slowly(1500, now("0.1638%", "1.6", thousandths, "0.2%")),
                AVAILABILITY.budget_spent(1500, "0.122%"),
            ],
            before: HOURS,
            requests: 400,
            request: |n| every(n, 500, BROKEN),
            ..QUIET
        },
    ]
});

fn failures() -> Vec<Incident> {
    let all = "GET /items/{what} 1.33";
    let twentieth = "GET /items/{what} 0.0667";
    let few = "GET /items/{what} 0.0333";
    let thousandths = "GET /items/{what} 0.0133";
    vec![
        Incident {
            name: "all-fail",
            expected: vec![AVAILABILITY.burns_fast(30, now("100%", "1000", all, "100%"))],
            inhibited: vec![
                AVAILABILITY.burns_slowly(30, now("98.68%", "986.8", all, "100%")),
                AVAILABILITY.budget_spent(30, "98.68%"),
            ],
            request: |_| BROKEN,
            ..QUIET
        },
        // So few requests that ten failures take their time.
        Incident {
            name: "all-of-few-fail",
            expected: vec![AVAILABILITY.burns_fast(90, now("100%", "1000", few, "100%"))],
            inhibited: vec![
                AVAILABILITY.burns_slowly(300, now("98.68%", "986.8", few, "100%")),
                AVAILABILITY.budget_spent(300, "98.68%"),
            ],
            requests: 2,
            request: |_| BROKEN,
            ..QUIET
        },
        Incident {
            name: "one-in-twenty-fails",
            expected: vec![AVAILABILITY.burns_fast(150, now("5%", "50", twentieth, "5%"))],
            inhibited: vec![
                AVAILABILITY.burns_slowly(150, now("4.934%", "49.3", twentieth, "5%")),
                AVAILABILITY.budget_spent(150, "4.934%"),
            ],
            request: |n| every(n, 20, BROKEN),
            ..QUIET
        },
        // Twice as many as the budget allows.
        Incident {
            name: "two-in-a-thousand-fail",
            expected: vec![
                AVAILABILITY.burns_slowly(750, now("0.1974%", "2", thousandths, "0.2%")),
                AVAILABILITY.budget_spent(750, "0.1974%"),
            ],
            requests: 400,
            request: |n| every(n, 500, BROKEN),
            ..QUIET
        },
        Incident {
            name: "one-failure-among-few",
            requests: 2,
            request: |n| if n == 5 { BROKEN } else { GOOD },
            ..QUIET
        },
    ]
}

fn slowness() -> Vec<Incident> {
    let half = "GET /orders/{what} 0.667";
    let pool = ticket(
        "ServicePoolSaturated",
        120,
        &[("job", "{job}"), ("instance", "a:9464")],
        "`a:9464` uses 100% of its database connections, and requests wait for one.",
    );
    vec![
        Incident {
            name: "one-route-slower",
            expected: vec![LATENCY.burns_fast(30, now("50%", "50", half, "50%"))],
            inhibited: vec![
                LATENCY.burns_slowly(30, now("49.34%", "49.3", half, "50%")),
                LATENCY.budget_spent(30, "49.34%"),
            ],
            request: |n| every(n, 2, SLOW),
            ..QUIET
        },
        Incident {
            name: "pool-filled-by-slow-database",
            expected: vec![LATENCY.burns_fast(30, now("100%", "100", half, "100%")), pool],
            inhibited: vec![
                LATENCY.burns_slowly(30, now("98.68%", "98.7", half, "100%")),
                LATENCY.budget_spent(30, "98.68%"),
            ],
            requests: 40,
            request: |_| SLOW,
            besides: Besides::FullPool,
            ..QUIET
        },
    ]
}

fn instances() -> Vec<Incident> {
    let crashing = ticket(
        "ServiceCrashLooping",
        360,
        &[("namespace", "shop"), ("pod", "{job}-7d4b9c8f6-x2x7p"), ("container", "shop")],
        "The container `shop` of `{job}-7d4b9c8f6-x2x7p` crashes at every start, and Kubernetes waits longer before \
         each restart.",
    );
    let second_down = ticket(
        "ServiceTargetDown",
        600,
        &[("job", "{job}"), ("instance", "b:9464")],
        "Prometheus cannot scrape `b:9464`, so its share is missing from all metrics.",
    );
    let absent = Alert {
        name: "ServiceAbsent".to_owned(),
        severity: "page",
        after: 120,
        labels: &[],
        summary: None,
        says: "Prometheus cannot scrape any instance of the job `{job}`: the service is down, or it runs \
               unobserved. No other alert about it can fire."
            .to_owned(),
    };
    let only_down = ticket(
        "ServiceTargetDown",
        600,
        &[("job", "{job}"), ("instance", "a:9464")],
        "Prometheus cannot scrape `a:9464`, so its share is missing from all metrics.",
    );
    vec![
        Incident {
            name: "crash-loop",
            expected: vec![crashing, second_down],
            besides: Besides::CrashLoop,
            ..QUIET
        },
        Incident { name: "deploys", besides: Besides::Deploys, ..QUIET },
        Incident {
            name: "target-gone",
            expected: vec![absent],
            inhibited: vec![only_down],
            besides: Besides::Gone,
            ..QUIET
        },
    ]
}

fn clients() -> Vec<Incident> {
    let overflow = ticket(
        "ServiceLabelOverflow",
        360,
        &[("family", "searches_total"), ("label", "word")],
        "In the last 15 minutes `searches_total` saw 600 values of `word` beyond the budget of this label; \
         they are counted as `_OTHER`.",
    );
    vec![
        Incident {
            name: "label-flood",
            expected: vec![overflow],
            besides: Besides::LabelFlood,
            ..QUIET
        },
        Incident {
            name: "garbage-from-clients",
            requests: 400,
            request: |n| match n % 3 {
                0 => "/items/unknown",
                1 => "/nowhere",
                _ => "/orders/unknown",
            },
            ..QUIET
        },
    ]
}
