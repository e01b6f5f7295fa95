//! The programs that these tests need. `tests/run end_to_end` installs them.

use std::path::{Path, PathBuf};
use std::process::Command;

use goldsignal_tests::require_programs;

/// Fails the test where one is missing.
pub(crate) fn require() {
    require_programs(&["prometheus", "promtool"]);
    let import = ["-c", "import prometheus_client.openmetrics.parser, rotel"];
    let output = Command::new(python()).args(import).output();
    let imported = output.is_ok_and(|output| output.status.success());
    assert!(imported, "prometheus-client and rotel are not installed: run tests/run end_to_end");
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
