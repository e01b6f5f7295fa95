//! A server in a process of its own, so that what it uses of the processor can be told from the load's.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use core_affinity::CoreId;
use tokio::net::TcpListener;

use super::cases;

/// A server that runs until it is stopped or dropped.
pub(super) struct Server {
    name: String,
    child: Child,
    output: BufReader<ChildStdout>,
    address: SocketAddr,
}

impl Server {
    /// Lets `command` run the program that serves the case `name`, and waits until it listens.
    ///
    /// # Errors
    /// If it does not come that far.
    pub(super) fn start(mut command: Command, name: &str) -> Result<Self, String> {
        command.args(["serve", name]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let failed = |error: &dyn std::fmt::Display| format!("`{name}` cannot be served: {error}");
        let mut child = command.spawn().map_err(|error| failed(&error))?;
        let output = child.stdout.take().ok_or_else(|| failed(&"it has no output"))?;
        let mut server = Self {
            name: name.to_owned(),
            child,
            output: BufReader::new(output),
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        };
        let mut line = String::new();
        server.output.read_line(&mut line).map_err(|error| failed(&error))?;
        server.address.set_port(line.trim().parse().map_err(|error| failed(&error))?);
        Ok(server)
    }

    /// Gives it another name.
    pub(super) fn called(mut self, name: String) -> Self {
        self.name = name;
        self
    }

    pub(super) fn name(&self) -> &str {
        &self.name
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
        let failed = |error: std::io::Error| format!("`{}`: {error}", self.name);
        let input = self.child.stdin.as_mut().ok_or("it was stopped")?;
        input.write_all(b"\n").map_err(failed)?;
        let mut answer = String::new();
        self.output.read_line(&mut answer).map_err(failed)?;
        Ok(())
    }

    /// Stops it. Returns how many requests it has counted, if it can tell.
    ///
    /// # Errors
    /// If it failed.
    pub(super) fn stop(mut self) -> Result<Option<u64>, String> {
        drop(self.child.stdin.take());
        let mut counted = String::new();
        let read = self.output.read_to_string(&mut counted).map_err(|error| error.to_string());
        let ended = read.and_then(|_| self.child.wait().map_err(|error| error.to_string()));
        match ended {
            Ok(status) if status.success() => Ok(counted.trim().parse().ok()),
            Ok(status) => Err(format!("`{}` failed: {status}", self.name)),
            Err(error) => Err(format!("`{}` failed: {error}", self.name)),
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

/// Serves a case until the standard input ends: what the program does in the process of a server.
///
/// # Errors
/// If there is no such case, or it cannot be served.
pub(crate) fn serve(name: &str) -> Result<(), String> {
    let case = cases::all().into_iter().find(|case| case.name == name);
    let case = case.ok_or_else(|| format!("there is no server `{name}`"))?;
    pin(Side::Server);
    let failed = |error: std::io::Error| error.to_string();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(failed)?;
    let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).map_err(failed)?;
    let port = listener.local_addr().map_err(failed)?.port();
    {
        let _entered = runtime.enter();
        runtime.spawn((case.start)(listener));
    }
    tell(&port.to_string())?;
    // The load closes it when it is done.
    for mark in std::io::stdin().lines() {
        marked_for_valgrind(&mark.map_err(failed)?);
        tell("marked")?;
    }
    runtime.shutdown_timeout(Duration::from_secs(5));
    case.counted.map_or(Ok(()), |counted| tell(&counted().to_string()))
}

/// Valgrind looks for this name.
#[inline(never)]
fn marked_for_valgrind(mark: &str) {
    std::hint::black_box(mark);
}

fn tell(line: &str) -> Result<(), String> {
    let mut output = std::io::stdout();
    writeln!(output, "{line}").and_then(|()| output.flush()).map_err(|error| error.to_string())
}

/// Who shares the processor's cores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Server,
    Load,
}

/// Gives this thread, and those that it starts, a core that the other side does not use. Where there is only one, both use it.
pub(super) fn pin(side: Side) {
    let cores: Vec<CoreId> = core_affinity::get_core_ids().unwrap_or_default();
    if let [first, .., last] = *cores.as_slice() {
        core_affinity::set_for_current(if side == Side::Server { first } else { last });
    }
}
