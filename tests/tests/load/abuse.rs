//! Whatever clients send, the number of series and the memory of the service stay flat.

use std::fs;

use crate::client::{Connection, Told};
use crate::service::{self, Service};
use goldsignal_tests::in_own_process_async;
use tokio::task::JoinSet;

/// Distinct URLs, methods, header values, label values each.
const DISTINCT: u64 = 100_000;

/// The number sent before the first measurement. They fill buffers, budgets and every possible series.
const FIRST: u64 = 20_000;

const CONNECTIONS: usize = 8;

/// The budget of the tenant label.
const BUDGET: u64 = 50;

/// The bound of the memory's growth: an eighth of the size of the headers alone.
const BOUND_KIB: u64 = 16 * 1024;

/// Memory of this process in KiB.
fn resident_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// Headers that differ in every value. Some are far too long, and some are not valid.
fn headers(number: u64) -> String {
    let long = "x".repeat(usize::try_from(number % 64).unwrap() * 16);
    format!(
        "x-request-id: id-{number}-{long}\r\ntraceparent: 00-{number:032x}-{number:016x}-0{}\r\n\
         tracestate: vendor{number}={number}\r\nuser-agent: agent/{number}\r\nreferer: /from/{number}\r\n\
         x-{number}: {number}\r\n",
        number % 2
    )
}

/// Sends two requests for each number: one that matches nothing, by a method that nobody knows, and one that
/// brings a value for the budgeted label.
async fn send(service: &Service, numbers: std::ops::Range<u64>) {
    let mut connections = JoinSet::new();
    for first in 0..CONNECTIONS {
        let (address, numbers) = (service.address, numbers.clone());
        connections.spawn(async move {
            let mut connection = Connection::open(address).await;
            for number in numbers.skip(first).step_by(CONNECTIONS) {
                let headers = headers(number + 1);
                let line = format!("M{number} /scan/{number}/{number:x}?q={number}");
                assert_eq!(connection.ask(&line, &headers).await, 404);
                let line = format!("GET /tenants/tenant-{number}?page={number}");
                assert_eq!(connection.ask(&line, &headers).await, 200);
            }
        });
    }
    connections.join_all().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_thousand_of_everything_leave_series_and_memory_flat() {
    let _alone = crate::ALONE.lock().await;
    in_own_process_async(send_a_hundred_thousand_of_everything).await;
}

async fn send_a_hundred_thousand_of_everything() {
    let service = service::start().await;
    send(&service, 0..FIRST).await;
    let (before, resident_before) = (Told::scrape(service.admin).await.unwrap(), resident_kib());
    send(&service, FIRST..FIRST + DISTINCT).await;
    let (after, resident_after) = (Told::scrape(service.admin).await.unwrap(), resident_kib());
    let (old, new) = (before.len(), after.len());
    println!(
        "summary: {DISTINCT} distinct URLs, methods, headers and label values: {old} series before and {new} \
         after, {resident_before} KiB before and {resident_after} KiB after"
    );
    assert_eq!(old, new, "series");
    let grown = resident_after.saturating_sub(resident_before);
    assert!(grown < BOUND_KIB, "the memory grew by {grown} KiB");
    let sent = FIRST + DISTINCT;
    let folded = sent - BUDGET;
    for (name, labels, expected) in [
        ("http_requests_total", &["method=\"_OTHER\"", "endpoint=\"_unmatched\""][..], sent),
        ("http_requests_total", &["endpoint=\"/tenants/{tenant}\"", "status=\"200\""], sent),
        ("http_requests_total", &[], sent * 2),
        ("visits_total", &[], sent),
        ("visits_total", &["tenant=\"_OTHER\""], folded),
        ("goldsignal_label_overflow_total", &["family=\"visits_total\""], folded),
    ] {
        assert_eq!(after.sum(name, labels), expected, "{name} {labels:?}");
    }
}
