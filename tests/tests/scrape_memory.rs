//! The memory that a scrape takes is bounded, however many series there are and however slowly the
//! client reads.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::LazyLock;
use std::time::Duration;

use goldsignal::expose::{Exposition, Format, admin};
use goldsignal::testing::{self, Scope};
use goldsignal::{Counter, Gauge, Histogram, Labels, Metrics, Registry};
use goldsignal_tests::in_own_process;

/// The most that a scrape may take: 256 KiB.
const BOUND: u64 = 256 * 1024;

/// Metrics of a large service.
#[derive(Metrics)]
struct Large {
    /// Things that happened.
    #[metric(budget = 200_000)]
    happened_total: Counter<Happened<'static>>,
    /// How long they took.
    #[metric(unit = "seconds", budget = 200_000)]
    took_seconds: Histogram<Took<'static>>,
    /// A gauge that is never set.
    never_set: Gauge,
}

#[derive(Labels)]
struct Happened<'a> {
    #[label(budget = 100)]
    what: &'a str,
    #[label(budget = 50)]
    place: &'a str,
    #[label(budget = 20)]
    way: &'a str,
}

#[derive(Labels)]
struct Took<'a> {
    #[label(budget = 100)]
    what: &'a str,
    #[label(budget = 100)]
    place: &'a str,
}

static NAMES: LazyLock<Vec<String>> =
    LazyLock::new(|| (0..100).map(|number| format!("number-{number}")).collect());

/// A scoped registry with 1,000 counters and 100 histograms for each of so many things.
fn registry(things: usize) -> Scope {
    let scope = testing::scope();
    scope.in_scope(|| {
        for what in &NAMES[..things] {
            for place in &NAMES[..50] {
                for way in &NAMES[..20] {
                    Large::get().happened_total.inc(Happened { what, place, way });
                }
            }
            for place in &*NAMES {
                Large::get().took_seconds.observe(Took { what, place }, 0.25);
            }
        }
    });
    // The first scrape of a process allocates the table of endpoints, which stays.
    testing::scope().registry().encode(Format::Text);
    scope
}

/// How much was written, and how much memory was taken at most meanwhile.
fn scraped(registry: &Registry, format: Format) -> (usize, u64) {
    let mut written = 0;
    let taken = allocation_counter::measure(|| {
        let mut exposition = Exposition::new(registry, format);
        while let Some(piece) = exposition.chunk() {
            written += piece.len();
        }
    });
    // A scrape makes no cells for series that were never touched.
    assert_eq!(taken.bytes_current, 0, "a scrape leaves nothing behind");
    (written, taken.bytes_max)
}

#[test]
fn is_the_same_whatever_there_is_to_tell() {
    in_own_process(|| {
        let (small, large) = (registry(1), registry(100));
        for format in [Format::Text, Format::OpenMetrics] {
            let (_, few) = scraped(&small.registry(), format);
            assert!(small.in_scope(|| Large::get().never_set.get()).abs() < f64::EPSILON);
            let (written, many) = scraped(&large.registry(), format);
            assert!(written > 10_000_000, "{written}");
            assert!(many < BOUND / 4, "{many} bytes for {written}");
            // No more than a label's text may be longer.
            assert!(many < few + 4096, "{few} bytes for few series, {many} for many");
        }
    });
}

/// The server, which queues what the client does not read, runs on the thread that is measured.
#[test]
fn is_bounded_when_the_client_is_slow() {
    in_own_process(|| {
        let large = registry(100);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let client = std::thread::spawn(move || read_slowly(address));
        let app = admin::metrics::<()>(large.registry());
        let mut read = 0;
        let taken = allocation_counter::measure(|| {
            runtime.block_on(async {
                let serving = tokio::spawn(async { axum::serve(listener, app).await });
                read = tokio::task::spawn_blocking(|| client.join().unwrap()).await.unwrap();
                serving.abort();
            });
        });
        assert!(read > 10_000_000, "{read}");
        assert!(taken.bytes_max < BOUND, "{} bytes", taken.bytes_max);
    });
}

/// Waits before it reads the answer; returns its length.
fn read_slowly(address: SocketAddr) -> usize {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    std::thread::sleep(Duration::from_millis(200));
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    answer.len()
}
