//! Builds a program and has it write its catalog.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde::Deserialize;

/// How long a program may take to write its catalog. It does so before it starts anything.
const PATIENCE: Duration = Duration::from_secs(30);

/// A message of `cargo build`.
#[derive(Deserialize)]
struct Message {
    /// The path of a program that it built.
    #[serde(default)]
    executable: Option<PathBuf>,
}

/// Builds the program that `options` choose, and returns its path.
pub(crate) fn build(options: &[OsString]) -> Result<PathBuf, String> {
    // Cargo tells its subcommands where it is.
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let build = Command::new(&cargo)
        .args(["build", "--message-format=json-render-diagnostics"])
        .args(options)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("`{}` cannot be started: {error}", Path::new(&cargo).display()))?;
    if !build.status.success() {
        return Err(format!("`cargo build` failed ({})", build.status));
    }
    let messages = String::from_utf8_lossy(&build.stdout);
    let programs: Vec<PathBuf> = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Message>(line).ok()?.executable)
        .collect();
    match &programs[..] {
        [program] => Ok(program.clone()),
        [] => {
            Err("`cargo build` made no program: choose one with `--package NAME`, `--bin NAME` or \
                   `--example NAME`"
                .into())
        }
        several => {
            let names: Vec<_> =
                several.iter().filter_map(|path| path.file_stem()?.to_str()).collect();
            Err(format!(
                "`cargo build` made several programs: choose one with `--bin NAME` or `--package NAME`; \
                 they are {}",
                names.join(", ")
            ))
        }
    }
}

/// The catalog that `program` writes.
pub(crate) fn catalog_of(program: &Path) -> Result<String, String> {
    let name = program.display();
    let folder = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
    let file = folder.path().join("catalog.json");
    let mut child = Command::new(program)
        .env("GOLDSIGNAL_CATALOG", &file)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .map_err(|error| format!("`{name}` cannot be started: {error}"))?;
    let ended =
        wait(&mut child).map_err(|error| format!("`{name}` cannot be waited for: {error}"))?;
    let advice = "It does that in `Telemetry::builder(..).build()`. If it does something else before, call \
                  `goldsignal::expose::write_catalog_if_asked()` in the first line of `main`.";
    if !ended {
        return Err(format!(
            "`{name}` did not write its catalog within {} s. {advice}",
            PATIENCE.as_secs()
        ));
    }
    fs::read_to_string(&file)
        .map_err(|_| format!("`{name}` ended without writing its catalog. {advice}"))
}

/// Waits for the end of `child`, and kills it after a while. Returns whether it ended by itself.
fn wait(child: &mut Child) -> std::io::Result<bool> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if child.try_wait()?.is_some() {
            return Ok(true);
        }
        thread::sleep(Duration::from_millis(10));
    }
    child.kill()?;
    child.wait()?;
    Ok(false)
}
