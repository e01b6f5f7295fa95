//! The programs that this suite needs. `tests/run` installs them.

use std::process::{Command, Stdio};

/// Whether all are there. Where one is not, the test says so and is left out; with `CI=true` it fails.
pub(crate) fn are_installed(programs: &[&str]) -> bool {
    let runs = |name: &&&str| {
        let mut command = Command::new(name);
        let quiet = command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
        quiet.status().is_ok_and(|status| status.success())
    };
    let Some(missing) = programs.iter().find(|name| !runs(name)) else { return true };
    assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "incidents needs {missing}");
    println!("SKIPPED incidents: needs {missing}");
    false
}
