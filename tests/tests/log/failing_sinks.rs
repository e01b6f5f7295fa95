//! Sinks that fail: a pipe that is not read, a disk that is full. Requests do not wait, every lost
//! line is counted, and the log continues when the sink recovers.

use std::io::{Read, Write};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use goldsignal::Telemetry;
use goldsignal::emit::LogWriter;
use http::Request;
use serde_json::Value;
use tower::ServiceExt;
use tracing_subscriber::layer::SubscriberExt;

const PATIENCE: Duration = Duration::from_secs(20);

/// More lines than a pipe and the buffer hold.
const MANY: usize = 12_000;

struct Service {
    telemetry: Telemetry,
    dispatch: tracing::Dispatch,
    runtime: tokio::runtime::Runtime,
    app: Router,
    sent: usize,
}

impl Service {
    /// A service that logs into `sink`.
    fn new(sink: impl Write + Send + 'static) -> Self {
        // On a busy machine any poll may be slow, which is a line more.
        let builder = Telemetry::builder("sink")
            .admin(None)
            .log_filter("info,goldsignal::slow_poll=off")
            .log_writer(LogWriter::new(sink));
        let telemetry = builder.build().unwrap();
        let subscriber = tracing_subscriber::registry().with(telemetry.log_layer());
        let app = Router::new().route("/", get(async || "ok")).layer(telemetry.layer());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        Self { dispatch: tracing::Dispatch::new(subscriber), telemetry, runtime, app, sent: 0 }
    }

    /// Sends requests, each of which writes a line; returns their median time.
    fn send(&mut self, count: usize) -> Duration {
        self.sent += count;
        tracing::dispatcher::with_default(&self.dispatch, || {
            let mut times: Vec<Duration> = (0..count).map(|_| self.one()).collect();
            times.sort();
            times[count / 2]
        })
    }

    fn one(&self) -> Duration {
        let start = Instant::now();
        self.runtime.block_on(async {
            let request = Request::get("/").body(Body::empty()).unwrap();
            let response = self.app.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), 200);
            axum::body::to_bytes(response.into_body(), 1024).await.unwrap();
        });
        start.elapsed()
    }

    fn dropped(&self) -> usize {
        usize::try_from(self.telemetry.log().dropped()).unwrap()
    }

    fn flush(&self) -> bool {
        self.telemetry.log().flush(PATIENCE)
    }
}

/// The number of complete lines in `text`; the beginning of a lost one does not count.
fn whole(text: &str) -> usize {
    text.lines().filter(|line| serde_json::from_str::<Value>(line).is_ok()).count()
}

/// The time of a request with a sink that works, in the same process.
fn healthy() -> Duration {
    let mut service = Service::new(std::io::sink());
    service.send(MANY / 4);
    service.send(MANY)
}

#[track_caller]
fn as_fast(healthy: Duration, abused: Duration) {
    // Generous: the machine has other work. A request that waited once for a sink would take seconds.
    assert!(abused < healthy * 5, "{abused:?} with the sink stuck, {healthy:?} with a healthy one");
    println!(
        "median of a request: {healthy:?} with a healthy sink, {abused:?} with one that fails"
    );
}

#[test]
fn a_pipe_that_nobody_reads_costs_lines_and_no_time() {
    let healthy = healthy();
    let (mut reader, writer) = std::io::pipe().unwrap();
    let mut service = Service::new(writer);
    let abused = service.send(MANY);
    as_fast(healthy, abused);
    assert!(service.dropped() > 0, "a pipe and a buffer hold less");

    // Someone reads again: the service is the same, and so is its pipe.
    let read = std::thread::spawn(move || {
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        text
    });
    assert!(service.flush());
    let lost = service.dropped();
    service.send(100);
    assert!(service.flush());
    assert_eq!(service.dropped(), lost, "nothing more is lost");
    let sent = service.sent;
    drop(service);
    let text = read.join().unwrap();
    assert_eq!(whole(&text) + lost, sent, "each line is written or counted");
    assert_eq!(whole(&text), text.lines().count(), "none is torn");
}

/// A file system of 256 KiB, as long as it is held.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=256k", "tmpfs"]).arg(directory.path());
        let output = mount.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Self(directory)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: the log's thread may have its file open still.
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}

#[test]
#[ignore = "needs the right to mount a file system: run tests/run behaviour as root"]
fn a_full_disk_costs_lines_and_no_time() {
    let disk = SmallDisk::mount();
    let healthy = healthy();
    let ballast = disk.path().join("ballast");
    std::fs::write(&ballast, vec![0; 128 * 1024]).unwrap();
    let path = disk.path().join("log");
    let file = std::fs::OpenOptions::new().create(true).append(true).open(&path).unwrap();
    let mut service = Service::new(file);
    let abused = service.send(MANY);
    as_fast(healthy, abused);
    assert!(service.flush());
    let lost = service.dropped();
    assert!(lost > MANY / 2, "{lost} lines did not fit");

    // Someone makes room.
    std::fs::remove_file(&ballast).unwrap();
    service.send(100);
    assert!(service.flush());
    assert_eq!(service.dropped(), lost, "nothing more is lost");
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(whole(&text) + lost, service.sent, "each line is written or counted");
    assert!(text.lines().count() - whole(&text) <= 1, "one is torn at the most");
}
