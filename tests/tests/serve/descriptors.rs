//! A process without file descriptors: its probes are answered, and each accept that fails is
//! counted.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use axum::Router;
use axum::routing::get;
use goldsignal::Telemetry;
use goldsignal::expose::Format;
use goldsignal_tests::{PATIENCE, in_own_process, wait_for};
use rlimit::Resource;

/// Connects as soon as there is a descriptor for it.
fn connect(address: SocketAddr) -> TcpStream {
    let stream = wait_for("a descriptor for the client", || TcpStream::connect(address).ok());
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

fn ask(address: SocketAddr, path: &str) -> String {
    let mut stream = connect(address);
    let head = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn failed(telemetry: &Telemetry) -> u64 {
    let text = telemetry.registry().encode(Format::Text);
    let line = text.lines().find(|line| line.starts_with("goldsignal_accept_errors_total "));
    line.and_then(|line| line.rsplit(' ').next()?.parse().ok()).unwrap()
}

#[test]
fn probes_are_answered_and_what_is_not_accepted_is_counted() {
    in_own_process(|| {
        let address: SocketAddr = "127.0.0.1:0".parse().unwrap();
        let telemetry = Telemetry::builder("descriptors").admin(address).build().unwrap();
        telemetry.install().unwrap();
        let admin = telemetry.admin_address().unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind(address)).unwrap();
        let service = listener.local_addr().unwrap();
        let app = Router::new().route("/", get(async || "ok"));
        let server = telemetry.clone();
        runtime.spawn(async move { server.serve(listener, app).await });
        assert!(ask(service, "/").ends_with("ok"));
        assert_eq!(failed(&telemetry), 0);

        let (_, hard) = Resource::NOFILE.get().unwrap();
        Resource::NOFILE.set(128, hard).unwrap();
        let mut files = Vec::new();
        while let Ok(file) = File::open("/dev/null") {
            files.push(file);
        }
        // One descriptor is left, which the client takes: the service has none for its end.
        files.pop();
        let client = connect(service);
        wait_for("an accept that fails", || (failed(&telemetry) > 0).then_some(()));
        drop(client);
        for _ in 0..50 {
            assert!(ask(admin, "/healthz").starts_with("HTTP/1.1 200"));
        }
        assert!(ask(admin, "/metrics").contains("goldsignal_accept_errors_total"));
        // Clients that say nothing take the reserve, and give it up.
        files.truncate(files.len() - 6);
        let silent: Vec<_> = (0..6).map(|_| connect(admin)).collect();
        while let Ok(file) = File::open("/dev/null") {
            files.push(file);
        }
        files.pop();
        assert!(ask(admin, "/healthz").starts_with("HTTP/1.1 200"));
        drop((silent, files));
        wait_for("the service to answer again", || ask(service, "/").ends_with("ok").then_some(()));
    });
}
