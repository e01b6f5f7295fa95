//! The programs that this test needs beside the service. `tests/run` installs them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Whether all are there. Where one is not, the test says so and is left out; with `CI=true` it fails.
pub(crate) fn are_installed() -> bool {
    let programs = [
        ("prometheus", runs(Command::new("prometheus").arg("--version"))),
        ("promtool", runs(Command::new("promtool").arg("--version"))),
        ("prometheus-client and rotel (PyPI)", runs(Command::new(python()).args(["-c", IMPORT]))),
    ];
    let missing: Vec<_> =
        programs.iter().filter(|(_, there)| !there).map(|(name, _)| *name).collect();
    if missing.is_empty() {
        return true;
    }
    let missing = missing.join(", ");
    assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "end_to_end needs {missing}");
    println!("SKIPPED end_to_end: needs {missing}");
    false
}

/// The interpreter of the environment that holds the OpenMetrics parser.
pub(crate) fn python() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(".venv/bin/python")
}

/// The OTLP receiver's program, which its package brings along.
pub(crate) fn receiver() -> PathBuf {
    const WHERE: &str = "import os, rotel; print(os.path.dirname(rotel.__file__), end='')";
    let output = Command::new(python()).args(["-c", WHERE]).output().unwrap();
    Path::new(std::str::from_utf8(&output.stdout).unwrap()).join("rotel-agent")
}

const IMPORT: &str = "import prometheus_client.openmetrics.parser, rotel";

fn runs(command: &mut Command) -> bool {
    let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}
