//! Tests of goldsignal from outside, and what several of them need.

mod own_process;
pub mod strict;

pub use own_process::{in_own_process, in_own_process_async};

use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};

/// Where a log is written to be read again.
#[derive(Clone, Debug, Default)]
pub struct Memory(pub Arc<Mutex<Vec<u8>>>);

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An address on loopback that a program may be told to listen on.
///
/// Not one that the system picks: the system picks it again for the next connection that anybody opens, before the
/// program has it. These ports are below those that Linux gives to connections (32768 and up), and each is
/// given away once in this process. Nor one that was listened on to try it: a program that another test starts at that
/// moment has the listener, too, until it is itself.
///
/// # Panics
/// When all are taken.
pub fn free_address() -> SocketAddr {
    const FIRST: u16 = 20_000;
    const PORTS: u16 = 12_000;
    static GIVEN: AtomicU16 = AtomicU16::new(0);
    // Tests that run at the same time in other processes begin elsewhere.
    let begin = std::process::id() % u32::from(PORTS);
    (0..PORTS)
        .map(|_| u32::from(GIVEN.fetch_add(1, Ordering::Relaxed)))
        .map(|given| FIRST + u16::try_from((begin + given) % u32::from(PORTS)).unwrap())
        .map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
        .find(|address| TcpStream::connect(address).is_err())
        .expect("a free port")
}

/// The README and the guide, whose examples are compiled and run as tests of the documentation.
#[cfg(doctest)]
mod guide {
    #[doc = include_str!("../../README.md")]
    mod readme {}
    #[doc = include_str!("../../docs/guide/adopt.md")]
    mod adopt {}
    #[doc = include_str!("../../docs/guide/from-autometrics.md")]
    mod from_autometrics {}
    #[doc = include_str!("../../docs/guide/from-axum-prometheus.md")]
    mod from_axum_prometheus {}
    #[doc = include_str!("../../docs/guide/from-metrics.md")]
    mod from_metrics {}
    #[doc = include_str!("../../docs/guide/from-opentelemetry.md")]
    mod from_opentelemetry {}
    #[doc = include_str!("../../docs/guide/from-prometheus.md")]
    mod from_prometheus {}
    #[doc = include_str!("../../docs/guide/from-tracing.md")]
    mod from_tracing {}
    #[doc = include_str!("../../docs/guide/jobs.md")]
    mod jobs {}
    #[doc = include_str!("../../docs/guide/logs.md")]
    mod logs {}
    #[doc = include_str!("../../docs/guide/objectives.md")]
    mod objectives {}
    #[doc = include_str!("../../docs/guide/production.md")]
    mod production {}
    #[doc = include_str!("../../docs/guide/testing.md")]
    mod testing {}
    #[doc = include_str!("../../docs/guide/traces.md")]
    mod traces {}
}
