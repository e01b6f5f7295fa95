//! A service in a process of its own, which gets real signals.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::send;

struct Service {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Service {
    fn start(grace: Option<&str>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_signalled_service"));
        command.env_remove("RUST_LOG").env_remove("OTEL_TRACES_EXPORTER");
        if let Some(grace) = grace {
            command.env("GOLDSIGNAL_SHUTDOWN_GRACE", grace);
        }
        let mut child = command.stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// The rest of the next line that contains `mark`.
    async fn says(&mut self, mark: &str) -> String {
        loop {
            let line = self.lines.next_line().await.unwrap().expect("says more");
            if let Some((_, said)) = line.split_once(mark) {
                return said.to_owned();
            }
        }
    }

    async fn signal(&self) {
        // The shell's own `kill`: a minimal Debian has no program of that name.
        let kill = format!("kill -TERM {}", self.child.id().unwrap());
        assert!(Command::new("sh").args(["-c", &kill]).status().await.unwrap().success());
    }

    /// The closing lines of its log, when it has ended.
    async fn ended(mut self) -> Vec<Value> {
        let ended = tokio::time::timeout(Duration::from_secs(20), self.child.wait()).await;
        assert!(ended.expect("ends").unwrap().success());
        let mut lines = Vec::new();
        while let Some(line) = self.lines.next_line().await.unwrap() {
            lines.extend(serde_json::from_str::<Value>(&line).ok());
        }
        lines.retain(|line| line["outcome"].is_string());
        lines
    }
}

fn cancelled(lines: &[Value]) {
    let ends: Vec<_> = lines.iter().map(|line| (&line["endpoint"], &line["outcome"])).collect();
    assert_eq!(ends, [(&"/hang".into(), &"cancelled".into())]);
}

#[tokio::test]
async fn a_second_signal_ends_what_is_open() {
    let mut service = Service::start(None);
    let address: SocketAddr = service.says("listens: ").await.parse().unwrap();
    let _open = send(address, "GET /hang HTTP/1.1\r\nhost: x\r\n\r\n").await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    service.signal().await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(service.child.try_wait().unwrap().is_none(), "the request has its grace");
    let second = Instant::now();
    service.signal().await;
    cancelled(&service.ended().await);
    assert!(second.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn the_environment_states_the_grace() {
    let mut service = Service::start(Some("0.5"));
    let address: SocketAddr = service.says("listens: ").await.parse().unwrap();
    let _open = send(address, "GET /hang HTTP/1.1\r\nhost: x\r\n\r\n").await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let signalled = Instant::now();
    service.signal().await;
    cancelled(&service.ended().await);
    let took = signalled.elapsed();
    assert!((Duration::from_millis(500)..Duration::from_secs(10)).contains(&took), "{took:?}");
}

#[tokio::test]
async fn a_grace_that_is_no_number_is_refused() {
    for wrong in ["soon", "-1", "NaN", "inf", "25s", "1e300"] {
        let said = Service::start(Some(wrong)).says("refused: ").await;
        assert!(said.contains("GOLDSIGNAL_SHUTDOWN_GRACE") && said.contains(wrong), "{said}");
    }
}
