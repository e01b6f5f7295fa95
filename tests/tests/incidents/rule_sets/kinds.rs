//! The kinds of incidents.

use super::kind::{Instance, Kind, Rates, Scrape};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
/// Requests a second of an ordinary service.
const USUAL: f64 = 10.0;

/// Good events alone.
fn good(a_second: f64) -> Rates {
    Rates::failing(a_second, 0.0)
}

/// An instance that runs all the time.
fn instance(name: &str, rates: impl Fn(i64) -> Rates + 'static) -> Instance {
    Instance {
        name: name.to_owned(),
        labels: "",
        from: i64::MIN / 2,
        until: i64::MAX,
        runs: None,
        inherited: Rates::default(),
        rates: Box::new(rates),
    }
}

/// Two good hours, and then one in which this happens to the only instance. promtool takes by the square as long.
fn happens(name: &'static str, is_to_page: bool, rates: impl Fn(i64) -> Rates + 'static) -> Kind {
    let before_and_then = move |since| if since < 0 { good(USUAL) } else { rates(since) };
    Kind {
        name,
        is_to_page,
        before: 2 * HOUR,
        during: HOUR,
        instances: vec![instance("a", before_and_then)],
        scrape: |_| Scrape::Succeeds,
    }
}

/// A page of it is right.
fn pages(name: &'static str, rates: impl Fn(i64) -> Rates + 'static) -> Kind {
    happens(name, true, rates)
}

/// Any page of it is false.
fn silent(name: &'static str, rates: impl Fn(i64) -> Rates + 'static) -> Kind {
    happens(name, false, rates)
}

/// All of them.
pub(crate) fn all() -> Vec<Kind> {
    [shares(), traffic(), instances(), scrapes()].into_iter().flatten().collect()
}

/// By how much fails.
fn shares() -> Vec<Kind> {
    vec![
        pages("total-outage", |_| Rates::failing(USUAL, 1.0)),
        pages("half-fails", |_| Rates::failing(USUAL, 0.5)),
        pages("one-in-twenty", |_| Rates::failing(USUAL, 0.05)),
        pages("two-objectives-one-cause", |_| Rates {
            good: USUAL / 4.0,
            failed: USUAL / 4.0,
            slow: USUAL / 2.0,
        }),
        pages("latency-alone", |_| Rates::slow(USUAL, 0.3)),
        Kind { during: 2 * HOUR, ..pages("exactly-14.4-times", |_| Rates::failing(USUAL, 0.0144)) },
        // What the windows of six hours are for.
        Kind {
            before: 6 * HOUR,
            during: 5 * HOUR,
            ..pages("eight-times", |_| Rates::failing(USUAL, 0.008))
        },
        silent("exactly-the-budget", |_| Rates::failing(USUAL, 0.001)),
        // A minute of every ten, and of every forty.
        pages("flapping", |since| Rates::failing(USUAL, f64::from(since % 600 < 60))),
        Kind {
            during: 4 * HOUR,
            ..pages("flapping-seldom", |since| Rates::failing(USUAL, f64::from(since % 2400 < 60)))
        },
        // Two seconds of every ten minutes: as a deployment of a small service does, three times the budget.
        silent("short-blips", |since| Rates::failing(USUAL, f64::from(since % 600 < 2))),
    ]
}

/// By how many events there are.
fn traffic() -> Vec<Kind> {
    let night = |since: i64| if since < 0 { 0.0 } else { 1.0 };
    let idle =
        |rates: fn(i64) -> Rates| move |since| if since < 0 { good(0.0) } else { rates(since) };
    let day = |kind: Kind, rates: Box<dyn Fn(i64) -> Rates>| Kind {
        before: 24 * HOUR,
        during: HOUR / 2,
        instances: vec![instance("a", rates)],
        ..kind
    };
    vec![
        // A request every two minutes; one of them fails.
        Kind {
            instances: vec![instance("a", move |since| {
                let failed = f64::from(since == 30) * night(since);
                Rates { good: f64::from(since % 120 == 0), failed, slow: 0.0 }
            })],
            ..silent("one-failure-a-night", |_| good(0.0))
        },
        // The same with a client that tries again twice.
        Kind {
            instances: vec![instance("a", |since| Rates {
                good: f64::from(since % 120 == 0),
                failed: f64::from([30, 32, 36].contains(&since)),
                slow: 0.0,
            })],
            ..silent("one-failure-with-retries", |_| good(0.0))
        },
        Kind {
            instances: vec![instance("a", |since| {
                Rates::failing(1.0 / 30.0, f64::from(since >= 0))
            })],
            ..pages("night-outage", |_| good(0.0))
        },
        silent("doubling", |_| Rates::failing(2.0 * USUAL, 0.0005)),
        day(
            silent("burst-after-an-idle-day", |_| good(0.0)),
            Box::new(idle(|_| Rates::failing(5.0 * USUAL, 0.0005))),
        ),
        day(
            pages("failing-burst-after-an-idle-day", |_| good(0.0)),
            Box::new(idle(|_| Rates::failing(5.0 * USUAL, 0.05))),
        ),
    ]
}

/// By what becomes of the instances.
fn instances() -> Vec<Kind> {
    let bad_replica = ["a", "b", "c"].map(|name| {
        instance(name, move |since| Rates::failing(USUAL, f64::from(since >= 0 && name == "a")))
    });
    let born = (0..20).map(|number| Instance {
        from: 5,
        ..instance(&format!("new-{number}"), |since| {
            if since < 30 { Rates { failed: 9.5, ..Rates::default() } } else { good(USUAL) }
        })
    });
    let one = instance("a", |_| good(USUAL));
    vec![
        Kind { instances: bad_replica.into(), ..pages("bad-replica", |_| good(0.0)) },
        Kind { instances: churning(0.0005), ..silent("churn", |_| good(0.0)) },
        Kind { instances: churning(0.05), ..pages("failing-churn", |_| good(0.0)) },
        Kind {
            instances: std::iter::once(one).chain(born).collect(),
            ..pages("one-to-twenty-that-fail-first", |_| good(0.0))
        },
        Kind {
            instances: vec![Instance {
                runs: Some(700),
                ..instance("a", |_| Rates::failing(USUAL, 0.0005))
            }],
            ..silent("resets", |_| good(0.0))
        },
        Kind {
            instances: vec![Instance {
                runs: Some(200),
                ..instance("a", |since| Rates::failing(USUAL, f64::from(since >= 0)))
            }],
            ..pages("outage-with-resets", |_| good(0.0))
        },
        Kind {
            instances: vec![Instance {
                labels: ",zone=\"eu-1\",version=\"7\"",
                ..instance("a", |since| Rates::failing(USUAL, if since < 0 { 0.0 } else { 0.05 }))
            }],
            ..pages("extra-labels", |_| good(0.0))
        },
    ]
}

/// Instances that each live for ten minutes, one after the other; this share of the events fails in the incident.
fn churning(share: f64) -> Vec<Instance> {
    let (first, last, life) = (-12, 6, 600);
    (first..last)
        .map(|number| Instance {
            from: number * life,
            until: (number + 1) * life,
            ..instance(&format!("pod-{number}"), move |since| {
                Rates::failing(USUAL, if since < 0 { 0.0 } else { share })
            })
        })
        .collect()
}

/// By what becomes of the scrapes.
fn scrapes() -> Vec<Kind> {
    vec![
        Kind {
            scrape: |since| if since % 90 == 0 { Scrape::Fails } else { Scrape::Succeeds },
            ..pages("gaps-between-scrapes", |_| Rates::failing(USUAL, 0.05))
        },
        Kind {
            scrape: |since| {
                if (since + 600).rem_euclid(1200) < 400 {
                    Scrape::Omitted
                } else {
                    Scrape::Succeeds
                }
            },
            instances: vec![Instance {
                inherited: Rates { good: 1e6, failed: 1e5, slow: 0.0 },
                ..instance("a", |_| Rates::failing(USUAL, 0.0005))
            }],
            ..silent("long-gaps", |_| good(0.0))
        },
        Kind {
            scrape: |since| {
                if (600..780).contains(&since) { Scrape::Omitted } else { Scrape::Succeeds }
            },
            ..pages("prometheus-restarted-in-an-outage", |_| Rates::failing(USUAL, 1.0))
        },
        // After this long Prometheus' windows are empty; the counters have an older outage.
        Kind {
            scrape: |since| {
                if (0..2400).contains(&since) { Scrape::Omitted } else { Scrape::Succeeds }
            },
            instances: vec![Instance {
                inherited: Rates { good: 1e6, failed: 1e5, slow: 0.0 },
                ..instance("a", |_| Rates::failing(USUAL, 0.0005))
            }],
            ..silent("prometheus-away-for-long", |_| good(0.0))
        },
        // A Prometheus without a past meets a service that has one.
        Kind {
            before: 0,
            instances: ["a", "b"]
                .map(|name| Instance {
                    inherited: Rates { good: 1e6, failed: 1e5, slow: 0.0 },
                    ..instance(name, |_| Rates::failing(USUAL, 0.0005))
                })
                .into(),
            ..silent("prometheus-is-new", |_| good(0.0))
        },
    ]
}
