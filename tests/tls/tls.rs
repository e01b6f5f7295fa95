//! Spans go to `https` endpoints, and the program's own use of rustls is not disturbed by that.

use std::io::Read;
use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

use goldsignal::{Telemetry, observed};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::{ClientConfig, RootCertStore};

#[observed]
fn work() {}

/// What a user's program does.
#[test]
#[ignore = "the tests below run it, in a process with `OTEL_*` variables of its own"]
fn program() {
    let config = || ClientConfig::builder().with_root_certificates(RootCertStore::empty());
    // Panics where two providers are compiled in and none was chosen.
    let own = config().with_no_client_auth();
    let telemetry = Telemetry::builder("shop").from_env().admin(None).build().unwrap();
    work();
    telemetry.flush_spans();
    let after = config().with_no_client_auth();
    assert_eq!(own.crypto_provider().cipher_suites, after.crypto_provider().cipher_suites);
    telemetry.shutdown();
}

/// The process's provider stays the program's to choose.
#[test]
#[ignore = "the tests below run it, in a process with `OTEL_*` variables of its own"]
fn chooses_no_provider_for_the_process() {
    drop(Telemetry::builder("bar").from_env().admin(None).build());
    assert!(CryptoProvider::get_default().is_none());
    aws_lc_rs::default_provider().install_default().unwrap();
}

/// Runs a test of this program in a process of its own, and gives what its exporter first sent.
fn first_bytes(test: &str, protocol: &str) -> [u8; 3] {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("https://{}", listener.local_addr().unwrap());
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored"])
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
        .env("OTEL_EXPORTER_OTLP_PROTOCOL", protocol)
        .spawn();
    let (mut connection, _) = listener.accept().unwrap();
    connection.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut bytes = [0; 3];
    connection.read_exact(&mut bytes).unwrap();
    // The handshake fails, which ends the export.
    drop((connection, listener));
    assert!(child.unwrap().wait().unwrap().success());
    bytes
}

#[test]
fn http_and_grpc_begin_a_handshake() {
    for protocol in ["http/protobuf", "grpc"] {
        // A record of the type `handshake`, of TLS 1.x.
        assert_eq!(first_bytes("program", protocol)[..2], [22, 3], "{protocol}");
    }
}

#[test]
fn the_programs_choice_is_left_to_it() {
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "chooses_no_provider_for_the_process", "--ignored"])
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", "https://127.0.0.1:1")
        .status();
    assert!(status.unwrap().success());
}
