//! A real OTLP receiver, which prints the spans that it gets.

use std::collections::BTreeMap;
use std::fs::File;
use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use goldsignal_tests::{free_address, wait_for_async};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::programs;

/// A receiver that runs, or ran.
pub(crate) struct Receiver {
    pub(crate) grpc: SocketAddr,
    pub(crate) http: SocketAddr,
    child: Child,
    dir: tempfile::TempDir,
    starts: usize,
}

/// A span that arrived.
#[derive(Clone, Debug, Default)]
pub(crate) struct Span {
    pub(crate) trace: String,
    pub(crate) parent: String,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) status: String,
    pub(crate) attributes: BTreeMap<String, String>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (grpc, http) = (free_address(), free_address());
        let child = run(&dir, 0, grpc, http).await;
        Self { grpc, http, child, dir, starts: 1 }
    }

    /// Ends it without a warning.
    pub(crate) async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    /// Starts it again, at the same addresses.
    pub(crate) async fn restart(&mut self) {
        self.child = run(&self.dir, self.starts, self.grpc, self.http).await;
        self.starts += 1;
    }

    /// Every span that it got so far, as soon as no more come.
    pub(crate) async fn spans(&self) -> Vec<Span> {
        let mut before = usize::MAX;
        for _ in 0..40 {
            let text = self.text();
            if text.len() == before {
                return parse(&text);
            }
            before = text.len();
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        panic!("spans never cease to come");
    }

    fn text(&self) -> String {
        let read = |start| std::fs::read(self.dir.path().join(format!("{start}"))).unwrap();
        let all = (0..self.starts).map(read).map(|bytes| String::from_utf8(bytes).unwrap());
        all.collect::<Vec<_>>().join("\n")
    }
}

async fn run(dir: &tempfile::TempDir, start: usize, grpc: SocketAddr, http: SocketAddr) -> Child {
    let out = File::create(dir.path().join(format!("{start}"))).unwrap();
    let child = Command::new(programs::receiver())
        .args(["start", "--exporter", "blackhole"])
        .args(["--otlp-grpc-endpoint", &grpc.to_string()])
        .args(["--otlp-http-endpoint", &http.to_string()])
        .args(["--debug-log", "traces", "--debug-log-verbosity", "detailed"])
        .stdout(out)
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    wait_for_async("the receiver to listen", async || {
        TcpStream::connect(grpc).await.ok()?;
        TcpStream::connect(http).await.ok()
    })
    .await;
    child
}

/// Reads what it prints: a span's own lines are indented, its attributes follow.
fn parse(text: &str) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut within = false;
    for line in text.lines() {
        if line.starts_with("Span #") {
            spans.push(Span::default());
            within = true;
            continue;
        }
        if line.starts_with("ResourceSpans #") || line.starts_with("SpanEvent #") {
            within = false;
        }
        let Some(span) = spans.last_mut().filter(|_| within) else { continue };
        if let Some((name, value)) =
            line.trim().strip_prefix("-> ").and_then(|l| l.split_once(": "))
        {
            // `Str(text)`, `Int(7)`.
            let value =
                value.split_once('(').map_or(value, |(_, inner)| inner.trim_end_matches(')'));
            span.attributes.insert(name.to_owned(), value.to_owned());
        } else if let Some((name, value)) = line.split_once(':') {
            let field = match name.trim() {
                "Trace ID" => &mut span.trace,
                "Parent ID" => &mut span.parent,
                "ID" => &mut span.id,
                "Name" => &mut span.name,
                "Kind" => &mut span.kind,
                "Status code" => &mut span.status,
                _ => continue,
            };
            value.trim().clone_into(field);
        }
    }
    spans
}
