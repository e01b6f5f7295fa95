//! The fault matrix: whatever happens to a request or call is recorded exactly once in series, log
//! and trace.
//!
//! A row does one thing to an application of its own, and states how each observation ends. The
//! *exact* set of series that change, the closing lines and the spans follow from these ends
//! (`expect`). Nothing else may change.

mod answers;
mod bodies;
mod client;
mod cut_short;
mod delivered;
mod drops;
mod expect;
mod grpc;
mod handlers;
mod mounted;
mod nested;
mod opaque;
mod schedules;
mod sockets;
mod stage;
mod stopping;
mod work;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use expect::{End, Tally, told};
use serde_json::Value;
use stage::Stage;

/// The objective that every operation of the matrix states.
pub(crate) const OBJECTIVE: &str = "matrix";

/// A fault, and how everything ends.
pub(crate) struct Row {
    name: &'static str,
    act: fn(&Stage),
    ends: Vec<End>,
}

pub(crate) fn row(name: &'static str, act: fn(&Stage), ends: impl Into<Vec<End>>) -> Row {
    Row { name, act, ends: ends.into() }
}

#[test]
fn every_row_is_told_once() {
    quiet_about_panics_that_were_asked_for();
    let rows = [
        answers::rows(),
        bodies::rows(),
        cut_short::rows(),
        delivered::rows(),
        drops::rows(),
        grpc::rows(),
        mounted::rows(),
        nested::rows(),
        opaque::rows(),
        sockets::rows(),
        stopping::rows(),
        work::rows(),
    ];
    let rows: Vec<Row> = rows.into_iter().flatten().collect();
    let failures: Vec<String> = rows.iter().filter_map(|row| judge(row).err()).collect();
    assert!(failures.is_empty(), "{} rows failed:\n{}", failures.len(), failures.join("\n"));
    println!("fault matrix: {} rows", rows.len());
}

fn judge(row: &Row) -> Result<(), String> {
    let stage = Stage::new();
    let acted = catch_unwind(AssertUnwindSafe(|| (row.act)(&stage)));
    let (expected, actual) = (told(&row.ends), stage.told());
    let mut faults = Vec::new();
    if acted.is_err() {
        faults.push("  the row itself panicked".to_owned());
    }
    compare("series", &expected.series, &actual.series, &mut faults);
    compare("line", &expected.lines, &actual.lines, &mut faults);
    compare("span", &expected.spans, &actual.spans, &mut faults);
    let escaped = stage.scope.escapes().into_iter();
    faults.extend(escaped.map(|place| format!("  counted elsewhere: {place}")));
    faults.extend(stage.in_flight().into_iter().map(|left| format!("  still in flight: {left}")));
    faults.extend(
        strangers(row, &stage.lines()).into_iter().map(|line| format!("  no request's: {line}")),
    );
    if faults.is_empty() {
        let [series, lines, spans] =
            [&actual.series, &actual.lines, &actual.spans].map(BTreeMap::len);
        let outcomes: Vec<_> = row.ends.iter().map(|end| end.outcome).collect();
        println!(
            "{:<64} {:<28} series {series} lines {lines} spans {spans}",
            row.name,
            outcomes.join(",")
        );
        return Ok(());
    }
    Err(format!("{}\n{}", row.name, faults.join("\n")))
}

fn compare(what: &str, expected: &Tally, actual: &Tally, faults: &mut Vec<String>) {
    for (name, times) in expected.iter().filter(|(name, times)| actual.get(*name) != Some(times)) {
        let there = actual.get(name).copied().unwrap_or_default();
        faults.push(format!("  {what} `{name}`: expected {times}, there {there}"));
    }
    for (name, times) in actual.iter().filter(|(name, _)| !expected.contains_key(*name)) {
        faults.push(format!("  {what} `{name}`: not expected, there {times}"));
    }
}

/// The lines that name no request of the row, where everything that it does is a part of one.
fn strangers(row: &Row, lines: &[Value]) -> Vec<Value> {
    let requests = row.ends.iter().filter(|end| matches!(end.kind, expect::Kind::Request { .. }));
    if requests.count() == 0 {
        return Vec::new();
    }
    let ids: Vec<_> = lines
        .iter()
        .filter(|line| line["endpoint"].is_string())
        .map(|line| &line["request_id"])
        .collect();
    let known =
        |line: &&Value| line["request_id"].is_string() && ids.contains(&&line["request_id"]);
    // Servers and clients also log what happens to their connections, outside of any request.
    let of_connections = |line: &&Value| {
        let target = line["target"].as_str().unwrap_or_default();
        ["axum::serve", "h2::", "hyper"].iter().any(|prefix| target.starts_with(prefix))
    };
    lines.iter().filter(|line| !known(line) && !of_connections(line)).cloned().collect()
}

/// The message of the panics that rows cause.
pub(crate) const ASKED: &str = "as the row asked";

fn quiet_about_panics_that_were_asked_for() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let loud = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if info.payload_as_str() != Some(ASKED) {
                loud(info);
            }
        }));
    });
}
