use std::time::Duration;

use super::*;
use crate::expose::catalog_to_json;
use crate::operate::{Facts, generate};

const API: Slo =
    Slo::new("api", "Ask \"us\".\n").availability(99.95).period_days(7).severity(Severity::Ticket);
const FAST: Slo = Slo::new("fast", "Look.").latency(99.0, Duration::from_micros(250_001));

static READ: Operation = Operation::new("shop::read", SourceLocation::new("a:b.rs", 7, "shop"))
    .help("Reads.")
    .routes(&[Route::new("GET", "/a/{id}"), Route::new("ANY", "/b")])
    .fields(&["id", "user"])
    .hidden(&["user"])
    .buckets(&[0.1, 0.3, 1e9])
    .slo(&FAST)
    .ends(|| Ends { faults: KINDS, success: Some(201) });

const KINDS: &[FaultKind] = &[FaultKind::new("gone", Some(410)), FaultKind::new("lost", None)];

static LISTEN: Operation =
    Operation::new("shop::listen", SourceLocation::new("a.rs", 9, "shop")).long().slo(&API);

const DIMENSIONS: &[Dimension] = &[
    Dimension { name: "plan", domain: Domain::Finite(&["free", "pro"]) },
    Dimension { name: "shop", domain: Domain::Budget(10) },
];

fn family(name: &'static str, kind: Kind, bounds: &'static [f64]) -> &'static Descriptor {
    let location = SourceLocation::new("b.rs", 3, "shop::b");
    let dimensions = if kind == Kind::Counter { DIMENSIONS } else { &[] };
    let unit = if kind == Kind::Histogram { "seconds" } else { "" };
    Box::leak(Box::new(Descriptor {
        name,
        help: "Help.",
        kind,
        unit,
        dimensions,
        bounds,
        location,
    }))
}

fn catalog() -> Catalog {
    Catalog {
        operations: vec![&LISTEN, &READ],
        families: vec![
            family("sold_total", Kind::Counter, &[]),
            family("wait_seconds", Kind::Histogram, &[0.5, 2.5]),
            family("waiting", Kind::Gauge, &[]),
        ],
        objectives: vec![&API, &FAST],
    }
}

#[test]
fn a_catalog_that_was_read_generates_the_same_files() {
    let (linked, facts) =
        (catalog(), Facts::parse("service = 'a'\nnamespace = 'b'\nteam = 'c'").unwrap());
    let read = catalog_from_json(&catalog_to_json(&linked)).unwrap();
    assert_eq!(generate(&read, &facts).unwrap(), generate(&linked, &facts).unwrap());
    assert_eq!(catalog_to_json(&read), catalog_to_json(&linked));
    assert_eq!(read.fingerprint(), linked.fingerprint());
}

#[test]
fn a_file_that_is_no_catalog_says_why() {
    let good = catalog_to_json(&catalog());
    for (from, to, message) in [
        ("{\"goldsignal\":", "", "expected"),
        ("\"goldsignal\":", "\"silver\":", "missing field `goldsignal`"),
        ("\"goldsignal\":\"0", "\"goldsignal\":\"77", "goldsignal 77.1.0 wrote it"),
        ("a.rs:9", "a.rs", "a location is `file:line`"),
        (
            "\"availability_percent\":99.95",
            "\"availability_percent\":100",
            "objective `api` is not valid",
        ),
        ("\"name\":\"api\"", "\"name\":\"A P I\"", "objective `A P I` is not valid"),
        ("\"period_days\":7", "\"period_days\":0", "objective `api` is not valid"),
        ("\"latency_seconds\":0.250001", "\"latency_seconds\":-1", "objective `fast` is not valid"),
        (
            "\"latency_seconds\":0.250001",
            "\"latency_seconds\":0.001",
            "no objective `fast` that fits",
        ),
        ("\"objective\":\"api\"", "\"objective\":\"web\"", "no objective `web`"),
        ("[0.1,0.3,", "[0.3,0.1,", "buckets of the operation `shop::read`"),
        ("\"kind\":\"gauge\"", "\"kind\":\"summary\"", "metric `waiting` is not valid"),
        ("\"kind\":\"gauge\"", "\"kind\":\"histogram\"", "metric `waiting` is not valid"),
        ("[0.5,2.5]", "[2.5,0.5]", "metric `wait_seconds` is not valid"),
    ] {
        assert!(good.contains(from), "{from}");
        let error = catalog_from_json(&good.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(error.contains(message), "{from} -> {to}: {error}");
    }
}
