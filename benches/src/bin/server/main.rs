//! The servers that `benches -- server` measures. Without an argument: their names. With a name: serves that one on a port that it
//! prints, until its standard input ends; then it prints how many requests it has counted.

mod cases;
mod ours;
#[cfg(not(feature = "traced"))]
mod peers;

use std::io::{self, Write};
use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::time::Duration;

use tokio::net::TcpListener;

use cases::Case;

fn main() -> ExitCode {
    let mut cases = cases::all();
    let Some(name) = std::env::args().nth(1) else {
        for case in cases {
            println!("{}", case.name);
        }
        return ExitCode::SUCCESS;
    };
    cases.retain(|case| case.name == name);
    let served = match cases.as_slice() {
        [case] => serve(case),
        _ => Err(io::Error::other(format!("there is no server `{name}`"))),
    };
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(case: &Case) -> io::Result<()> {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(1).enable_all().build()?;
    let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
    let port = listener.local_addr()?.port();
    let entered = runtime.enter();
    runtime.spawn((case.start)(listener));
    drop(entered);
    tell(port)?;
    for mark in io::stdin().lines() {
        marked_for_valgrind(&mark?);
        tell("marked")?;
    }
    runtime.shutdown_timeout(Duration::from_secs(5));
    case.counted.map_or(Ok(()), |counted| tell(counted()))
}

/// Valgrind looks for this name.
#[inline(never)]
fn marked_for_valgrind(mark: &str) {
    std::hint::black_box(mark);
}

fn tell(line: impl std::fmt::Display) -> io::Result<()> {
    let mut output = io::stdout();
    writeln!(output, "{line}")?;
    output.flush()
}
