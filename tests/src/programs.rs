//! Programs that a test needs beside Rust.

use std::process::{Command, Stdio};

/// Fails the test with one sentence where a program is missing. Tests that need programs are `#[ignore]`d, so that
/// `cargo test` reports them by name; their suite of `tests/run` installs the programs and runs them.
///
/// # Panics
/// When a program cannot be started.
#[track_caller]
pub fn require_programs(programs: &[&str]) {
    for program in programs {
        let mut command = Command::new(program);
        let quiet = command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
        let runs = quiet.status().is_ok_and(|status| status.success());
        assert!(runs, "`{program}` is not installed; `tests/run` installs what its suites need");
    }
}
