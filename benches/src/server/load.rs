//! The load: connections that each send the next request when they have the response to the last one.

use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

/// What a client in another service sends.
const REQUEST: &[u8] = b"GET /items/17 HTTP/1.1\r\n\
    host: shop.example\r\n\
    user-agent: goldsignal-benches/0.1\r\n\
    accept: application/json\r\n\
    accept-encoding: gzip\r\n\r\n";

/// A server that is silent for so long has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// Open connections to one server.
pub(super) struct Load {
    poll: Poll,
    events: Events,
    connections: Vec<Connection>,
}

impl Load {
    /// Opens so many connections.
    ///
    /// # Errors
    /// If one of them is refused.
    pub(super) fn connect(address: SocketAddr, connections: usize) -> io::Result<Self> {
        let poll = Poll::new()?;
        let open = |index| {
            let stream = std::net::TcpStream::connect(address)?;
            stream.set_nodelay(true)?;
            stream.set_nonblocking(true)?;
            let mut stream = TcpStream::from_std(stream);
            poll.registry().register(&mut stream, Token(index), Interest::READABLE)?;
            Ok(Connection {
                stream,
                response: Box::new([0; 4096]),
                filled: 0,
                sent: Instant::now(),
            })
        };
        let connections = (0..connections).map(open).collect::<io::Result<_>>()?;
        Ok(Self { poll, events: Events::with_capacity(256), connections })
    }

    /// Keeps every connection busy for so long, then reads the last responses. Returns the latency of each request.
    ///
    /// # Errors
    /// If a request fails.
    pub(super) fn run(&mut self, duration: Duration) -> io::Result<Vec<Duration>> {
        let start = Instant::now();
        for connection in &mut self.connections {
            connection.send(start)?;
        }
        let mut latencies = Vec::new();
        let mut in_flight = self.connections.len();
        while in_flight > 0 {
            wait(&mut self.poll, &mut self.events)?;
            for event in &self.events {
                let connection = &mut self.connections[event.token().0];
                if !connection.receive()? {
                    continue;
                }
                let now = Instant::now();
                latencies.push(now - connection.sent);
                if now - start < duration {
                    connection.send(now)?;
                } else {
                    in_flight -= 1;
                }
            }
        }
        Ok(latencies)
    }

    /// Sends so many requests, one after the other, by the connections in turn. What the server does is the same each time.
    ///
    /// # Errors
    /// If a request fails.
    pub(super) fn run_in_turn(&mut self, requests: usize) -> io::Result<()> {
        for request in 0..requests {
            let index = request % self.connections.len();
            let connection = &mut self.connections[index];
            connection.send(Instant::now())?;
            while !connection.receive()? {
                wait(&mut self.poll, &mut self.events)?;
            }
        }
        Ok(())
    }
}

/// Waits until a connection can be read, without sleeping: else the server would have to wake this thread by its writes,
/// which costs it more than what is measured, and the more often the slower it is.
fn wait(poll: &mut Poll, events: &mut Events) -> io::Result<()> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        match poll.poll(events, Some(Duration::ZERO)) {
            Ok(()) if events.is_empty() => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            waited => return waited,
        }
    }
    Err(io::Error::new(ErrorKind::TimedOut, "no response"))
}

struct Connection {
    stream: TcpStream,
    response: Box<[u8; 4096]>,
    /// How much of the response is there.
    filled: usize,
    sent: Instant,
}

impl Connection {
    fn send(&mut self, now: Instant) -> io::Result<()> {
        self.sent = now;
        // The socket's buffer is empty: nothing is in flight.
        self.stream.write_all(REQUEST)
    }

    /// Reads what has arrived. Returns whether the response is complete.
    fn receive(&mut self) -> io::Result<bool> {
        loop {
            match self.stream.read(&mut self.response[self.filled..]) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(read) => self.filled += read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error),
            }
            if length(&self.response[..self.filled])?.is_some_and(|length| length <= self.filled) {
                self.filled = 0;
                return Ok(true);
            }
        }
    }
}

/// The length of the response that begins with these bytes, once its head is complete.
fn length(bytes: &[u8]) -> io::Result<Option<usize>> {
    let mut headers = [httparse::EMPTY_HEADER; 16];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(head) = response.parse(bytes).map_err(io::Error::other)? else {
        return Ok(None);
    };
    if response.code != Some(200) {
        return Err(io::Error::other(format!("status {:?}", response.code)));
    }
    let declared = response.headers.iter().find(|header| header.name == "content-length");
    let body = declared.and_then(|header| str::from_utf8(header.value).ok()?.parse::<usize>().ok());
    let body = body.ok_or_else(|| io::Error::other("a response without content-length"))?;
    Ok(Some(head + body))
}
