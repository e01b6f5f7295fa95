//! What observing costs to compile: a re-check after an edit, expanded lines, a larger program, more crates.

mod apps;
mod projects;
mod run;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::verdict::Row;
use projects::{KINDS, Kind, Project};
use run::Workspace;

/// Handlers of the small program: what each adds is the difference of two programs.
const FEW: usize = 20;

/// What was measured of handlers that are observed in one way.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Figures {
    kind: String,
    /// Seconds of the processor for `cargo check` after one edit: median and quartiles.
    recheck_seconds: [f64; 3],
    /// Lines with every macro expanded, of all handlers, without what is there once.
    expanded_lines: usize,
    /// Bytes that a handler adds to the stripped program.
    program_bytes_per_handler: f64,
}

/// Everything that was measured.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Report {
    handlers: usize,
    kinds: Vec<Figures>,
    apps: apps::Figures,
}

/// Compiles `handlers` handlers, observed in each way, and an app with and without goldsignal.
///
/// # Errors
/// When a folder cannot be written, or cargo fails.
pub(crate) fn measure(handlers: usize, rounds: usize) -> Result<Report, String> {
    let root = folder().join("handlers");
    let said = |error: std::io::Error| format!("{}: {error}", root.display());
    let mut many = Vec::new();
    let mut few = Vec::new();
    for kind in KINDS {
        many.push(Project::write(&root, kind, handlers).map_err(said)?);
        few.push(Project::write(&root, kind, FEW).map_err(said)?);
    }
    write_workspace(&root).map_err(said)?;
    let workspace = Workspace::new(&root, &root.join("target"));
    let times = recheck(&workspace, &many, rounds)?;
    let mut kinds = Vec::new();
    for ((many, few), recheck_seconds) in many.iter().zip(&few).zip(times) {
        eprintln!("{}: lines and program", many.kind.name());
        kinds.push(Figures {
            kind: many.kind.name().to_owned(),
            recheck_seconds,
            expanded_lines: lines(&workspace, many, few)?,
            program_bytes_per_handler: growth(&workspace, many, few)?,
        });
    }
    Ok(Report { handlers, kinds, apps: apps::measure(&folder().join("apps"), rounds.min(5))? })
}

/// The median and the quartiles of `cargo check` after an edit, interleaved.
fn recheck(
    workspace: &Workspace,
    projects: &[Project],
    rounds: usize,
) -> Result<Vec<[f64; 3]>, String> {
    let mut samples = vec![Vec::new(); projects.len()];
    // The first time checks what all depend on, the second fills what is remembered between checks.
    for round in 0..rounds + 2 {
        eprintln!("check after an edit: {} of {}", round, rounds + 1);
        for (project, samples) in projects.iter().zip(&mut samples) {
            project.edit(round % 2 == 1).map_err(|error| error.to_string())?;
            let name = project.name();
            let (took, _) = workspace.cargo(&["check", "--quiet", "--package", &name])?;
            if round >= 2 {
                samples.push(took.processor_seconds);
            }
        }
    }
    Ok(samples.into_iter().map(quartiles).collect())
}

/// The median, and the quartiles around it.
fn quartiles(mut samples: Vec<f64>) -> [f64; 3] {
    samples.sort_by(f64::total_cmp);
    [2, 1, 3].map(|part| samples.get(samples.len() * part / 4).copied().unwrap_or(f64::NAN))
}

/// The expanded lines of `many`'s handlers, without what the crate has once.
fn lines(workspace: &Workspace, many: &Project, few: &Project) -> Result<usize, String> {
    let (most, least) =
        (workspace.expanded_lines(&many.name())?, workspace.expanded_lines(&few.name())?);
    Ok((most - least) * many.handlers / (many.handlers - few.handlers))
}

/// The bytes of a program that a handler adds.
#[expect(clippy::cast_precision_loss, reason = "far below 2⁵²")]
fn growth(workspace: &Workspace, many: &Project, few: &Project) -> Result<f64, String> {
    let (most, least) =
        (workspace.program_bytes(&many.name())?, workspace.program_bytes(&few.name())?);
    Ok((most.saturating_sub(least)) as f64 / (many.handlers - few.handlers) as f64)
}

/// What cargo made stays there: the crates that all depend on need not be compiled again.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/compile")
}

/// The workspace of all packages, with the versions that the benchmark itself is built with.
fn write_workspace(root: &Path) -> std::io::Result<()> {
    let benches = Path::new(env!("CARGO_MANIFEST_DIR"));
    let runtime = benches.join("../runtime").display().to_string();
    let manifest = format!(
        r#"[workspace]
members = ["*-*"]
resolver = "3"

[workspace.dependencies]
autometrics = {{ version = "*", features = ["prometheus-exporter"] }}
axum = "*"
fastrace = {{ version = "*", features = ["enable"] }}
goldsignal.path = "{runtime}"
serde = {{ version = "*", features = ["derive"] }}
tokio = {{ version = "*", features = ["full"] }}
tracing = "*"

[profile.release]
strip = true
"#
    );
    std::fs::write(root.join("Cargo.toml"), manifest)?;
    std::fs::copy(benches.join("Cargo.lock"), root.join("Cargo.lock")).map(|_| ())
}

impl Report {
    fn of(&self, kind: Kind) -> Option<&Figures> {
        self.kinds.iter().find(|figures| figures.kind == kind.name())
    }

    /// The figures beside their targets.
    #[expect(clippy::cast_precision_loss, reason = "far below 2⁵²")]
    pub(crate) fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        let (Some(plain), Some(peer)) = (self.of(Kind::Plain), self.of(Kind::Instrument)) else {
            return rows;
        };
        for ours in [Kind::Observed, Kind::Mounted].into_iter().filter_map(|kind| self.of(kind)) {
            let what = |what: &str| format!("{what}, {}", ours.kind);
            let added = ours.expanded_lines.saturating_sub(plain.expanded_lines);
            rows.push(Row::at_most(
                what("re-check after an edit"),
                "× `#[instrument]`'s",
                ours.recheck_seconds[0] / peer.recheck_seconds[0],
                1.0,
            ));
            rows.push(Row::at_most(
                what("added expanded lines, by a handler"),
                "lines",
                added as f64 / self.handlers as f64,
                30.0,
            ));
            rows.push(Row::at_most(
                what("program's growth by a handler"),
                "× `#[instrument]`'s",
                (ours.program_bytes_per_handler - plain.program_bytes_per_handler)
                    / (peer.program_bytes_per_handler - plain.program_bytes_per_handler),
                1.0,
            ));
        }
        rows.extend(self.apps.rows());
        rows
    }
}
