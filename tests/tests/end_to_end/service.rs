//! The todo service as a process.

use std::ffi::OsStr;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use goldsignal_tests::{free_address, wait_for_async};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

/// A running todo service, with the lines that it logs.
pub(crate) struct Service {
    pub(crate) address: SocketAddr,
    pub(crate) admin: SocketAddr,
    child: Child,
    lines: JoinHandle<Vec<String>>,
    _dir: tempfile::TempDir,
}

impl Service {
    /// Starts it on a database of its own, and waits until it is ready.
    pub(crate) async fn start() -> Self {
        Self::start_with::<&str>(&[]).await
    }

    /// The same, with these variables in its environment.
    pub(crate) async fn start_with<V: AsRef<OsStr>>(variables: &[(&str, V)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (address, admin) = (free_address(), free_address());
        let mut child = command()
            .args(["--listen", &address.to_string(), "--database"])
            .arg(dir.path().join("todo.db"))
            .env("GOLDSIGNAL_ADMIN_ADDR", admin.to_string())
            .env("TODO_SAMPLE_SECONDS", "1")
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let stdout = child.stdout.take().unwrap();
        let lines = tokio::spawn(async move {
            let mut lines = BufReader::new(stdout).lines();
            let mut all = Vec::new();
            while let Ok(Some(line)) = lines.next_line().await {
                all.push(line);
            }
            all
        });
        let service = Self { address, admin, child, lines, _dir: dir };
        wait_until_ready(&format!("http://{admin}/readyz")).await;
        service
    }

    /// Stops it with SIGTERM, as an orchestrator does; returns the lines that it logged.
    pub(crate) async fn stop(&mut self) -> Vec<String> {
        // The shell's own `kill`: a minimal Debian has no program of that name.
        let kill = format!("kill -TERM {}", self.child.id().unwrap());
        let told = Command::new("sh").args(["-c", &kill]).status().await.unwrap();
        assert!(told.success());
        let stopped = tokio::time::timeout(Duration::from_secs(20), self.child.wait()).await;
        let status = stopped.expect("stops within 20 seconds").unwrap();
        assert!(status.success(), "a graceful stop ends with {status}");
        (&mut self.lines).await.unwrap()
    }
}

/// The service's program without arguments.
pub(crate) fn command() -> Command {
    let mut command = Command::new(binary());
    command.env_remove("DATABASE_URL").env_remove("RUST_LOG");
    command.env_remove("GOLDSIGNAL_ADMIN_TOKEN").env_remove("GOLDSIGNAL_ADMIN_TOKEN_FILE");
    command
}

/// Cargo does not give a test the path of another package's program. It is in the parent of the test's folder.
fn binary() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let binary = test.parent().and_then(Path::parent).unwrap().join("todo");
    assert!(binary.exists(), "`cargo build -p todo` comes first: ./tests/run end_to_end does it");
    binary
}

/// Waits until `url` answers with success.
pub(crate) async fn wait_until_ready(url: &str) {
    let client = reqwest::Client::new();
    wait_for_async(&format!("{url} to answer"), async || {
        let response = client.get(url).send().await.ok()?;
        response.status().is_success().then_some(())
    })
    .await;
}
