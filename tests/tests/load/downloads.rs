//! Ten thousand downloads of a file of 5 MB. The client abandons a tenth of them in the middle:
//! exactly those are `aborted`.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::Router;
use goldsignal::Telemetry;
use goldsignal::testing::{Scope, scope};
use goldsignal_tests::{in_own_process_async, wait_for_async};
use tokio::net::{TcpListener, TcpSocket};
use tokio::runtime::Handle;
use tower_http::services::ServeFile;

const DOWNLOADS: u64 = 10_000;
const LEN: usize = 5_000_000;
/// Every so-many-th download is cut short.
const CUT: u64 = 10;
const CLIENTS: usize = 2;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exactly_the_downloads_that_were_cut_short_are_aborted() {
    let _alone = crate::ALONE.lock().await;
    in_own_process_async(download_ten_thousand_times).await;
}

async fn download_ten_thousand_times() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    std::fs::write(&path, vec![b'f'; LEN]).unwrap();
    let scope = scope();
    let telemetry = Telemetry::builder("downloads").admin(None).build().unwrap();
    let file = ServeFile::new(&path).with_buf_chunk_size(1 << 20);
    let app = Router::new().route_service("/file", file);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { telemetry.serve(listener, app).await });

    let begun = Instant::now();
    let (number, runtime) = (AtomicU64::new(0), Handle::current());
    tokio::task::block_in_place(|| {
        std::thread::scope(|clients| {
            for _ in 0..CLIENTS {
                clients.spawn(|| download(address, &number, &runtime));
            }
        });
    });
    println!("summary: {DOWNLOADS} downloads of {LEN} bytes in {} s", begun.elapsed().as_secs());
    assert_counted(&scope).await;
}

/// Takes the next number until all are taken. Whole downloads share a connection; each one that is cut short has its own.
fn download(address: SocketAddr, number: &AtomicU64, runtime: &Handle) {
    let mut kept = TcpStream::connect(address).unwrap();
    let mut buffer = vec![0; 1 << 18];
    loop {
        let number = number.fetch_add(1, Ordering::Relaxed);
        if number >= DOWNLOADS {
            return;
        }
        if number.is_multiple_of(CUT) {
            ask(&mut impatient(address, runtime), &mut buffer);
        } else {
            let mut read = ask(&mut kept, &mut buffer);
            while read < LEN {
                let more = kept.read(&mut buffer).unwrap();
                assert!(more > 0, "the server closed after {read} bytes");
                read += more;
            }
            assert_eq!(read, LEN);
        }
    }
}

/// Requests the file and reads the head; returns how many bytes of the body came with it.
fn ask(stream: &mut TcpStream, buffer: &mut [u8]) -> usize {
    stream.write_all(b"GET /file HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    let mut read = 0;
    loop {
        let more = stream.read(&mut buffer[read..]).unwrap();
        assert!(more > 0, "the server closed before its answer");
        read += more;
        if let Some(head) = buffer[..read].windows(4).position(|four| four == b"\r\n\r\n") {
            assert!(buffer.starts_with(b"HTTP/1.1 200"));
            return read - head - 4;
        }
    }
}

/// A connection whose receive buffer is small, so that the kernel cannot take the whole file before the client leaves.
fn impatient(address: SocketAddr, runtime: &Handle) -> TcpStream {
    runtime.block_on(async {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(16 << 10).unwrap();
        let stream = socket.connect(address).await.unwrap().into_std().unwrap();
        stream.set_nonblocking(false).unwrap();
        stream
    })
}

async fn assert_counted(scope: &Scope) {
    // The server notices a moment later that the last client has left.
    let endpoint = [("endpoint", "/file")];
    let all_ended = || scope.value("http_requests_in_flight", &endpoint) == Some(0.0);
    wait_for_async("the last download to end", async || all_ended().then_some(())).await;
    #[expect(clippy::cast_precision_loss, reason = "thousands")]
    let [whole, cut] = [DOWNLOADS - DOWNLOADS / CUT, DOWNLOADS / CUT].map(|count| count as f64);
    let labels = |outcome| [("endpoint", "/file"), ("status", "200"), ("outcome", outcome)];
    scope.assert("http_requests_total", &labels("ok"), whole);
    scope.assert("http_requests_total", &labels("aborted"), cut);
    scope.assert("http_requests_total", &[], whole + cut);
    scope.assert("http_request_duration_seconds_count", &[], whole);
}
