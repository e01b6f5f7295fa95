//! A thousand connections for half a minute, a scrape every second, and ten questions a second for what is in flight:
//! everything is counted, and no scrape and no question fails.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::client::{Connection, Told};
use crate::service::{self, Service};
use goldsignal_tests::{in_own_process_async, wait_for_async};
use tokio::sync::Barrier;
use tokio::time::interval;

const CONNECTIONS: usize = 1000;
const LASTS: Duration = Duration::from_secs(30);

/// Path, endpoint and status of the requests, which each connection sends in turn.
const ASKED: [(&str, &str, u16); 5] = [
    ("/tenants/ada", "/tenants/{tenant}", 200),
    ("/tenants/slow", "/tenants/{tenant}", 200),
    ("/tenants/none", "/tenants/{tenant}", 404),
    ("/tenants/busy", "/tenants/{tenant}", 503),
    ("/nowhere", "_unmatched", 404),
];

/// How many requests of each kind were answered.
type Sent = [u64; ASKED.len()];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_connections_are_counted_exactly() {
    let _alone = crate::ALONE.lock().await;
    in_own_process_async(ask_on_a_thousand_connections).await;
}

async fn ask_on_a_thousand_connections() {
    // A connection is two descriptors: its client is in this process, too.
    let descriptors = rlimit::increase_nofile_limit(4096).unwrap();
    assert!(
        descriptors >= 2500,
        "{descriptors} file descriptors are not enough: raise `ulimit -n`"
    );
    let service = service::start().await;
    let all_open = Arc::new(Barrier::new(CONNECTIONS + 1));
    let connections: Vec<_> = (0..CONNECTIONS)
        .map(|number| tokio::spawn(keep_asking(service.address, number, Arc::clone(&all_open))))
        .collect();
    all_open.wait().await;
    let asking = tokio::spawn(ask_what_is_in_flight(service.admin));
    let scrapes = scrape_each_second(&service).await;
    let listings = asking.await.expect("no question fails");
    let mut sent = Sent::default();
    for connection in connections {
        let one = connection.await.expect("no connection broke");
        sent.iter_mut().zip(one).for_each(|(sum, count)| *sum += count);
    }
    let requests = count(&sent, |_| true);
    println!(
        "summary: {CONNECTIONS} connections, {requests} requests in {} s, {} scrapes of {} series, the slowest \
         {} ms, up to {} requests in flight in one; {} listings of what waits, up to {} in one",
        LASTS.as_secs(),
        scrapes.count,
        scrapes.series,
        scrapes.slowest.as_millis(),
        scrapes.in_flight,
        listings.count,
        listings.most,
    );
    assert_counted(&service, &sent).await;
}

/// Sends one request after another until the time is over; returns how often each was answered.
async fn keep_asking(address: SocketAddr, number: usize, all_open: Arc<Barrier>) -> Sent {
    let mut connection = Connection::open(address).await;
    all_open.wait().await;
    let end = Instant::now() + LASTS;
    let mut sent = Sent::default();
    for kind in (0..ASKED.len()).cycle().skip(number % ASKED.len()) {
        if Instant::now() >= end {
            break;
        }
        let (path, _, status) = ASKED[kind];
        assert_eq!(connection.ask(&format!("GET {path}"), "").await, status, "{path}");
        sent[kind] += 1;
    }
    sent
}

struct Scrapes {
    count: u32,
    slowest: Duration,
    in_flight: u64,
    series: usize,
}

/// None may fail, or tell less than the one before.
async fn scrape_each_second(service: &Service) -> Scrapes {
    let mut scrapes = Scrapes { count: 0, slowest: Duration::ZERO, in_flight: 0, series: 0 };
    let mut seconds = interval(Duration::from_secs(1));
    let (end, mut counted) = (Instant::now() + LASTS, 0);
    while Instant::now() < end {
        seconds.tick().await;
        let begun = Instant::now();
        let told = Told::scrape(service.admin).await.expect("no scrape fails");
        let now = told.sum("http_requests_total", &[]);
        assert!(now >= counted, "{now} after {counted}");
        let in_flight = told.sum("http_requests_in_flight", &[]);
        assert!(in_flight <= CONNECTIONS as u64, "{in_flight} in flight");
        counted = now;
        assert!(told.len() >= scrapes.series, "{} series after {}", told.len(), scrapes.series);
        scrapes.series = told.len();
        scrapes.in_flight = scrapes.in_flight.max(in_flight);
        scrapes.slowest = scrapes.slowest.max(begun.elapsed());
        scrapes.count += 1;
    }
    scrapes
}

struct Listings {
    count: u32,
    /// The most requests in one.
    most: u64,
}

/// Asks ten times a second what is in flight.
async fn ask_what_is_in_flight(admin: SocketAddr) -> Listings {
    let mut listings = Listings { count: 0, most: 0 };
    let mut tenths = interval(Duration::from_millis(100));
    let end = Instant::now() + LASTS;
    while Instant::now() < end {
        tenths.tick().await;
        listings.most = listings.most.max(waiting(admin).await);
        listings.count += 1;
    }
    assert!(listings.most > 0, "the slow requests were never seen");
    listings
}

/// How many requests wait.
async fn waiting(admin: SocketAddr) -> u64 {
    let request = reqwest::Client::new().get(format!("http://{admin}/inflight"));
    let answer = request.header("accept", "application/json").send().await.unwrap();
    let listing: serde_json::Value =
        serde_json::from_slice(&answer.error_for_status().unwrap().bytes().await.unwrap()).unwrap();
    let listed = listing["waiting"].as_array().unwrap();
    assert!(listed.len() <= 200 && listed.iter().all(|one| one["endpoint"] == "/tenants/{tenant}"));
    let total = listing["total"].as_u64().unwrap();
    assert!(total <= CONNECTIONS as u64, "{total} wait");
    total
}

/// After the load, every metric of a scrape has the number that was sent.
async fn assert_counted(service: &Service, sent: &Sent) {
    let requests = count(sent, |_| true);
    assert!(sent.iter().all(|count| *count > 0), "everything was asked for: {sent:?}");
    // The last answer is read a moment before its observation ends.
    let told = wait_for_async("the last request to end", async || {
        let told = Told::scrape(service.admin).await.unwrap();
        (told.sum("http_requests_in_flight", &[]) == 0).then_some(told)
    })
    .await;
    assert_eq!(told.sum("http_requests_total", &[]), requests);
    assert_eq!(told.sum("http_request_duration_seconds_count", &[]), requests);
    for (_, endpoint, status) in ASKED {
        let labels = [format!("endpoint=\"{endpoint}\""), format!("status=\"{status}\"")];
        let counted = told.sum("http_requests_total", &[&labels[0], &labels[1]]);
        let like = |asked: &(&str, &str, u16)| (asked.1, asked.2) == (endpoint, status);
        assert_eq!(counted, count(sent, like), "{labels:?}");
    }
    let visits = count(sent, |asked| asked.0.starts_with("/tenants/"));
    assert_eq!(told.sum("function_calls_total", &[]), visits);
    assert_eq!(told.sum("visits_total", &[]), visits);
    assert_eq!(told.sum("goldsignal_scrapes_refused_total", &[]), 0);
    assert_eq!(waiting(service.admin).await, 0);
}

/// The number of answers to requests that match `like`.
fn count(sent: &Sent, like: impl Fn(&(&str, &str, u16)) -> bool) -> u64 {
    let matching = ASKED.iter().zip(sent).filter(|(asked, _)| like(asked));
    matching.map(|(_, count)| *count).sum()
}
