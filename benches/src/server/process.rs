//! A server in a process of its own, so that what it uses of the processor can be told from the load's.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use super::case::Case;

/// A server that runs until it is stopped or dropped.
pub(super) struct Server {
    label: String,
    child: Child,
    output: BufReader<ChildStdout>,
    address: SocketAddr,
}

impl Server {
    /// Starts the server of a case, and waits until it listens.
    ///
    /// # Errors
    /// If it does not come that far.
    pub(super) fn start(case: &Case) -> Result<Self, String> {
        Self::start_by(Command::new(&case.program), case)
    }

    /// The same where `command` runs the case's program.
    ///
    /// # Errors
    /// If it does not come that far.
    pub(super) fn start_by(mut command: Command, case: &Case) -> Result<Self, String> {
        let label = case.label.clone();
        let failed = |error: &dyn std::fmt::Display| format!("`{label}` cannot serve: {error}");
        command.arg(&case.name).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|error| failed(&error))?;
        let output = child.stdout.take().ok_or_else(|| failed(&"it has no output"))?;
        let (mut output, mut port) = (BufReader::new(output), String::new());
        output.read_line(&mut port).map_err(|error| failed(&error))?;
        let port: u16 = port.trim().parse().map_err(|error| failed(&error))?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        Ok(Self { label, child, output, address })
    }

    pub(super) fn label(&self) -> &str {
        &self.label
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// What all its threads have used of the processor, in user and kernel. Exact while they sleep.
    ///
    /// # Errors
    /// If the system does not tell.
    pub(super) fn processor_time(&self) -> Result<Duration, String> {
        let tasks = PathBuf::from(format!("/proc/{}/task", self.child.id()));
        let failed = |error| format!("{}: {error}", tasks.display());
        let mut nanoseconds = 0;
        for task in std::fs::read_dir(&tasks).map_err(failed)? {
            nanoseconds += on_processor(&task.map_err(failed)?.path())?;
        }
        Ok(Duration::from_nanos(nanoseconds))
    }

    /// Marks a moment for valgrind, between two requests.
    ///
    /// # Errors
    /// If it does not answer.
    pub(super) fn mark(&mut self) -> Result<(), String> {
        let failed = |error: std::io::Error| format!("`{}`: {error}", self.label);
        let input = self.child.stdin.as_mut().ok_or("it was stopped")?;
        input.write_all(b"\n").map_err(failed)?;
        let mut answer = String::new();
        self.output.read_line(&mut answer).map_err(failed)?;
        Ok(())
    }

    /// Stops it.
    ///
    /// # Errors
    /// If it failed, or has counted another number of requests than it answered.
    pub(super) fn stop_after(mut self, requests: u64) -> Result<(), String> {
        let label = self.label.clone();
        let failed = |error: std::io::Error| format!("`{label}` failed: {error}");
        drop(self.child.stdin.take());
        let mut counted = String::new();
        self.output.read_to_string(&mut counted).map_err(failed)?;
        let status = self.child.wait().map_err(failed)?;
        if !status.success() {
            return Err(format!("`{label}` failed: {status}"));
        }
        // Those that cannot tell say nothing.
        match counted.trim().parse::<u64>() {
            Ok(counted) if counted != requests => {
                Err(format!("`{label}` answered {requests} requests and counted {counted}"))
            }
            _ => Ok(()),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Nanoseconds that a thread was on a processor.
fn on_processor(task: &Path) -> Result<u64, String> {
    let file = task.join("schedstat");
    let text = match std::fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) => return Err(format!("{}: {error}", file.display())),
    };
    let first = text.split(' ').next().and_then(|number| number.parse().ok());
    first.ok_or_else(|| format!("{}: `{text}` has no time", file.display()))
}
