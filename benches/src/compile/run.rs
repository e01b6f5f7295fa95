//! How cargo is run, and what it made.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// How long something took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Took {
    pub(super) seconds: f64,
    /// What the processors spent on it, all together: others on the machine take nothing of that.
    pub(super) processor_seconds: f64,
}

/// A folder of packages, with a folder for what cargo makes.
pub(super) struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

impl Workspace {
    pub(super) fn new(root: &Path, target: &Path) -> Self {
        Self { root: root.to_owned(), target: target.to_owned() }
    }

    /// Runs cargo to its end; gives how long that took and what it printed.
    ///
    /// # Errors
    /// When cargo fails, with what it said.
    pub(super) fn cargo(&self, arguments: &[&str]) -> Result<(Took, String), String> {
        self.cargo_with(arguments, &[])
    }

    /// As [`cargo`](Self::cargo), with variables of the environment.
    pub(super) fn cargo_with(
        &self,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Result<(Took, String), String> {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target).args(arguments);
        cargo.envs(environment.iter().copied());
        let (start, before) = (Instant::now(), of_children());
        let output = cargo.output().map_err(|error| format!("cargo cannot be run: {error}"))?;
        let took = Took {
            seconds: start.elapsed().as_secs_f64(),
            processor_seconds: of_children() - before,
        };
        if output.status.success() {
            return Ok((took, String::from_utf8_lossy(&output.stdout).into_owned()));
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(format!("cargo {} failed:\n{said}", arguments.join(" ")))
    }

    /// The lines of a package with every macro expanded, as rustc prints them.
    pub(super) fn expanded_lines(&self, package: &str) -> Result<usize, String> {
        // The option is rustc's own, for looking at what it does. It changes nothing that is built, but some
        // build scripts look at the variable: hence a folder of its own.
        let apart = Self::new(&self.root, &self.target.join("expanded"));
        let arguments = [
            "rustc",
            "--quiet",
            "--profile",
            "check",
            "--package",
            package,
            "--",
            "-Zunpretty=expanded",
        ];
        let (_, text) = apart.cargo_with(&arguments, &[("RUSTC_BOOTSTRAP", "1")])?;
        Ok(text.lines().filter(|line| !line.trim().is_empty()).count())
    }

    /// The size of a program built for release, without symbols.
    pub(super) fn program_bytes(&self, package: &str) -> Result<u64, String> {
        self.cargo(&["build", "--quiet", "--release", "--package", package])?;
        let program = self.target.join("release").join(package);
        std::fs::metadata(&program)
            .map(|metadata| metadata.len())
            .map_err(|error| format!("{}: {error}", program.display()))
    }
}

/// Seconds that the processors spent on programs which this one ran to their end, as Linux tells them.
fn of_children() -> f64 {
    /// What `/proc` counts in, on every machine of today.
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The program's name comes before, in parentheses, and may hold anything.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    // `cutime` and `cstime`.
    let ticks: f64 = fields.skip(13).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
    ticks / TICKS_PER_SECOND
}
