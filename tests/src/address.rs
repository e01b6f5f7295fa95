//! Addresses for programs that a test starts.

use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicU16, Ordering};

/// An address on loopback that a program can listen on.
///
/// The system's own choice (port 0) will not do: before the program listens, the system may give the same port to any other connection.
/// These ports are below those that Linux gives to connections (32768 and up), and this process returns each of them once.
/// Nor is the address tried by listening on it: a program that another test starts at that moment inherits the
/// listener, until it is executed.
///
/// # Panics
/// When all are in use.
pub fn free_address() -> SocketAddr {
    const FIRST: u16 = 20_000;
    const PORTS: u16 = 12_000;
    static COUNT: AtomicU16 = AtomicU16::new(0);
    // Tests that run at the same time in other processes begin elsewhere.
    let begin = std::process::id() % u32::from(PORTS);
    (0..PORTS)
        .map(|_| u32::from(COUNT.fetch_add(1, Ordering::Relaxed)))
        .map(|count| FIRST + u16::try_from((begin + count) % u32::from(PORTS)).unwrap())
        .map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
        .find(|address| TcpStream::connect(address).is_err())
        .expect("a free port")
}
