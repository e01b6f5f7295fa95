//! The admin listener among clients that are slow, many, or not allowed.

mod page;
mod stories;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use goldsignal::expose::Format;
use goldsignal::expose::admin::{Admin, Readiness, Token};
use goldsignal::{Counter, Labels, Metrics, Registry, Telemetry, testing};
use goldsignal_tests::wait_for;

const ANY: &str = "127.0.0.1:0";

fn start(registry: Registry, readiness: &Readiness, token: Option<&str>) -> Admin {
    let token = token.map(|text| Token::new(text).unwrap());
    Admin::start(ANY.parse().unwrap(), registry, readiness.clone(), token).unwrap()
}

fn send(address: SocketAddr, head: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

fn ask(address: SocketAddr, path: &str, header: &str) -> String {
    let host = if header.starts_with("Host:") { "" } else { "Host: x\r\n" };
    let mut stream = send(address, &format!("GET {path} HTTP/1.1\r\n{host}{header}\r\n"));
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("none")
}

#[test]
fn metrics_need_the_token_and_probes_do_not() {
    let readiness = Readiness::default();
    readiness.set(true);
    let admin = start(Registry::global(), &readiness, Some("s3cret-canary"));
    let metrics = |header: &str| ask(admin.address(), "/metrics", header);
    for header in [
        "",
        "Authorization: Bearer\r\n",
        "Authorization: Bearer s3cret-canar\r\n",
        "Authorization: Bearer s3cret-canary2\r\n",
        "Authorization: Bearer S3CRET-CANARY\r\n",
        "Authorization: Basic s3cret-canary\r\n",
        "Authorization: s3cret-canary\r\n",
    ] {
        let answer = metrics(header);
        assert_eq!(status(&answer), "401", "{header}");
        assert!(answer.to_lowercase().contains("www-authenticate: bearer"), "{answer}");
        assert!(!answer.contains("s3cret"), "{answer}");
    }
    assert_eq!(status(&metrics("Authorization: Bearer s3cret-canary\r\n")), "200");
    assert_eq!(status(&metrics("authorization: bearer s3cret-canary\r\n")), "200");
    assert_eq!(status(&ask(admin.address(), "/healthz", "")), "200");
    assert_eq!(status(&ask(admin.address(), "/readyz", "")), "200");
}

#[test]
fn a_public_address_needs_a_token() {
    let build =
        |address: &str| Telemetry::builder("x").admin(address.parse::<SocketAddr>().unwrap());
    for public in ["0.0.0.0:0", "[::]:0", "192.0.2.1:9464"] {
        let refused = build(public).build().unwrap_err().to_string();
        for part in [public, "without a token", "GOLDSIGNAL_ADMIN_TOKEN", "loopback"] {
            assert!(refused.contains(part), "{part} in {refused}");
        }
        assert!(build(public).admin_token("one-word").build().is_ok());
    }
    assert!(build("[::1]:0").build().is_ok());
    for unusable in ["", " ", "two words", "ümlaut"] {
        let refused = build(ANY).admin_token(unusable).build().unwrap_err().to_string();
        assert!(refused.contains("one word"), "{refused}");
    }
    let builder = build(ANY).admin_token("canary");
    assert!(!format!("{builder:?}").contains("canary"));
}

/// Metrics of a large service.
#[derive(Metrics)]
struct Large {
    /// Things that happened.
    #[metric(budget = 100_000)]
    happened_total: Counter<Happened<'static>>,
}

#[derive(Labels)]
struct Happened<'a> {
    #[label(budget = 300)]
    what: &'a str,
    #[label(budget = 300)]
    place: &'a str,
}

/// A registry whose exposition is far larger than what the system buffers for a connection.
fn large() -> testing::Scope {
    let scope = testing::scope();
    for number in 0..300 {
        let text = format!("{number}-{}", "x".repeat(60));
        Large::get().happened_total.inc(Happened { what: &text, place: &text });
    }
    scope
}

fn refused(registry: &Registry) -> u64 {
    let text = registry.encode(Format::Text);
    let line = text.lines().find(|line| line.starts_with("goldsignal_scrapes_refused_total "));
    line.and_then(|line| line.rsplit(' ').next()?.parse().ok()).unwrap()
}

/// A scrape that has a place, as its head is there, and reads no further.
fn begin_to_read(address: SocketAddr) -> TcpStream {
    let mut stream = send(address, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
    stream.read_exact(&mut [0; 16]).unwrap();
    stream
}

#[test]
fn slow_readers_have_a_few_places_and_lose_them_when_they_go() {
    let scope = large();
    let admin = start(scope.registry(), &Readiness::default(), None);
    let slow: Vec<_> = (0..4).map(|_| begin_to_read(admin.address())).collect();
    let answer = ask(admin.address(), "/metrics", "");
    assert_eq!(status(&answer), "503");
    assert!(answer.to_lowercase().contains("retry-after: 1"), "{answer}");
    assert_eq!(status(&ask(admin.address(), "/healthz", "")), "200");
    assert_eq!(refused(&scope.registry()), 1);
    drop(slow);
    let served = || status(&ask(admin.address(), "/metrics", "")) == "200";
    wait_for("the places to be given back", || served().then_some(()));
}

#[test]
fn slow_readers_that_stay_lose_their_places_in_time() {
    let scope = large();
    let admin = start(scope.registry(), &Readiness::default(), None);
    let begun = Instant::now();
    let stay: Vec<_> = (0..4).map(|_| begin_to_read(admin.address())).collect();
    let mut stream = page::Events::open(admin.address());
    let whole = loop {
        let answer = ask(admin.address(), "/metrics", "");
        if status(&answer) == "200" {
            break answer.len();
        }
        assert!(begun.elapsed() < Duration::from_mins(2), "the places are not given back");
        std::thread::sleep(Duration::from_millis(250));
    };
    for mut stream in stay {
        let mut rest = Vec::new();
        // A reset is an end, too.
        let _ = stream.read_to_end(&mut rest);
        assert!(rest.len() < whole, "what nobody read in time was not sent");
    }
    // A stream of the page outlasts them.
    for _ in 0..17 {
        assert!(stream.snapshot().is_some(), "it ended after {:?}", begun.elapsed());
    }
    assert!(begun.elapsed() > Duration::from_secs(31), "{:?}", begun.elapsed());
}

#[test]
fn fifty_scrapes_at_once_are_served_or_told_to_come_again() {
    let scope = large();
    let admin = start(scope.registry(), &Readiness::default(), None);
    let address = admin.address();
    let scrapes: Vec<_> =
        (0..50).map(|_| std::thread::spawn(move || ask(address, "/metrics", ""))).collect();
    let mut counts = [0_u64; 2];
    for scrape in scrapes {
        let answer = scrape.join().unwrap();
        match status(&answer) {
            "200" => {
                assert_eq!(answer.matches("\nhappened_total{").count(), 300 * 300);
                counts[0] += 1;
            }
            "503" => counts[1] += 1,
            other => panic!("{other}"),
        }
    }
    assert!(counts[0] >= 4, "{counts:?}");
    assert_eq!(refused(&scope.registry()), counts[1]);
}

#[test]
fn a_head_that_does_not_come_ends_the_connection_and_keeps_nobody_away() {
    let readiness = Readiness::default();
    readiness.set(true);
    let admin = start(Registry::global(), &readiness, None);
    let begun: Vec<_> = (0..200).map(|_| send(admin.address(), "GET /metrics HT")).collect();
    // More clients than there are places, and none disconnects. Others are answered nevertheless.
    for path in ["/healthz", "/readyz", "/metrics"] {
        assert_eq!(status(&ask(admin.address(), path, "")), "200", "{path}");
    }
    // Some had to give up their places, the others are cut off in time.
    for mut stream in begun {
        let mut answer = Vec::new();
        // A reset is an end, too.
        let _ = stream.read_to_end(&mut answer);
        assert!(!answer.starts_with(b"HTTP/1.1 200"));
    }
}

#[test]
fn readiness_is_what_the_checks_say() {
    const WELL: u8 = 0;
    const FAILS: u8 = 1;
    const HANGS: u8 = 2;
    let readiness = Readiness::default();
    let state = Arc::new(AtomicU8::new(WELL));
    let database = Arc::clone(&state);
    readiness.check("database", move || {
        let state = database.load(Ordering::Relaxed);
        async move {
            match state {
                WELL => Ok(()),
                FAILS => Err("password canary was refused"),
                _ => std::future::pending().await,
            }
        }
    });
    readiness.check("cache", async || Ok::<(), &str>(()));
    let admin = start(Registry::global(), &readiness, None);
    let ready = || ask(admin.address(), "/readyz", "");
    assert_eq!(status(&ready()), "503", "the service does not say so yet");
    readiness.set(true);
    assert_eq!(status(&ready()), "200");
    for bad in [FAILS, HANGS] {
        state.store(bad, Ordering::Relaxed);
        // An answer is good for a second.
        wait_for("a failing check", || (status(&ready()) == "503").then_some(()));
        let answer = ready();
        assert!(answer.ends_with("not ready: database\n"), "{answer}");
        assert!(!answer.contains("canary"));
        state.store(WELL, Ordering::Relaxed);
        wait_for("a recovery", || (status(&ready()) == "200").then_some(()));
    }
    readiness.set(false);
    assert_eq!(status(&ready()), "503", "a service that stops is not ready");
}

#[test]
fn slow_readiness_probes_keep_no_place_of_liveness() {
    let readiness = Readiness::default();
    readiness.set(true);
    readiness.check("hangs", async || std::future::pending::<Result<(), &str>>().await);
    let admin = start(Registry::global(), &readiness, None);
    let address = admin.address();
    for _ in 0..3 {
        let slow: Vec<_> =
            (0..100).map(|_| send(address, "GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")).collect();
        let alive: Vec<_> =
            (0..40).map(|_| std::thread::spawn(move || ask(address, "/healthz", ""))).collect();
        for alive in alive {
            assert_eq!(status(&alive.join().unwrap()), "200");
        }
        for mut stream in slow {
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            assert_eq!(status(&answer), "503", "each one is answered");
        }
        // An answer is good for a second.
        std::thread::sleep(Duration::from_millis(1100));
    }
}
