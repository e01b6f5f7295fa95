//! What an app gains in crates and in the time of a clean build.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::quartiles;
use super::run::{Took, Workspace};
use crate::verdict::Row;

/// An axum app with tracing and tracing-subscriber, without goldsignal and with it.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Figures {
    crates: [usize; 2],
    /// Seconds of a clean `cargo build`: median and quartiles.
    build_seconds: [[f64; 3]; 2],
    /// The same of the processors, all together.
    build_processor_seconds: [[f64; 3]; 2],
    added_crates: Vec<String>,
}

pub(super) fn measure(root: &Path, rounds: usize) -> Result<Figures, String> {
    let apps = [App::write(root, false)?, App::write(root, true)?];
    let [plain, with] = [apps[0].crates()?, apps[1].crates()?];
    let mut samples = [const { Vec::<Took>::new() }; 2];
    for round in 0..rounds {
        eprintln!("clean build: {} of {rounds}", round + 1);
        for (app, samples) in apps.iter().zip(&mut samples) {
            samples.push(app.clean_build()?);
        }
    }
    Ok(Figures {
        crates: [plain.len(), with.len()],
        added_crates: with.into_iter().filter(|name| !plain.contains(name)).collect(),
        build_seconds: each(&samples, |took| took.seconds),
        build_processor_seconds: each(&samples, |took| took.processor_seconds),
    })
}

fn each(samples: &[Vec<Took>; 2], read: impl Fn(&Took) -> f64) -> [[f64; 3]; 2] {
    samples.each_ref().map(|samples| quartiles(samples.iter().map(&read).collect()))
}

struct App {
    workspace: Workspace,
    target: std::path::PathBuf,
}

impl App {
    fn write(root: &Path, goldsignal: bool) -> Result<Self, String> {
        let name = if goldsignal { "with" } else { "without" };
        let folder = root.join(name);
        let said = |error: std::io::Error| format!("{}: {error}", folder.display());
        let benches = Path::new(env!("CARGO_MANIFEST_DIR"));
        let ours = if goldsignal {
            format!("goldsignal.path = \"{}/../runtime\"", benches.display())
        } else {
            String::new()
        };
        let manifest = MANIFEST.replace("{goldsignal}", &ours);
        let program =
            MAIN.replace("{attribute}", if goldsignal { "#[goldsignal::observed]\n" } else { "" });
        std::fs::create_dir_all(folder.join("src")).map_err(said)?;
        std::fs::write(folder.join("Cargo.toml"), manifest).map_err(said)?;
        std::fs::write(folder.join("src/main.rs"), program).map_err(said)?;
        std::fs::copy(benches.join("Cargo.lock"), folder.join("Cargo.lock")).map_err(said)?;
        let target = folder.join("target");
        Ok(Self { workspace: Workspace::new(&folder, &target), target })
    }

    /// The names and versions of all that is compiled, apart from the app itself.
    fn crates(&self) -> Result<Vec<String>, String> {
        let arguments =
            ["tree", "--quiet", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"];
        let (_, text) = self.workspace.cargo(&arguments)?;
        let mut crates: Vec<String> = text
            .lines()
            .filter(|line| !line.starts_with("app "))
            .map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" "))
            .collect();
        crates.sort();
        crates.dedup();
        Ok(crates)
    }

    /// How long everything takes to build.
    fn clean_build(&self) -> Result<Took, String> {
        match std::fs::remove_dir_all(&self.target) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(format!("{}: {error}", self.target.display()));
            }
            _ => {}
        }
        // Cargo compiles what comes from a registry once and for all. What it finds at a path, as goldsignal is here,
        // it would compile in parts to be compiled again, which takes half as long again.
        let built = self.workspace.cargo_with(&["build", "--quiet"], &[("CARGO_INCREMENTAL", "0")]);
        built.map(|(took, _)| took)
    }
}

impl Figures {
    #[expect(clippy::cast_precision_loss, reason = "far below 2⁵²")]
    pub(super) fn rows(&self) -> Vec<Row> {
        let ratio = |[plain, with]: [[f64; 3]; 2]| with[0] / plain[0];
        let added = self.crates[1].saturating_sub(self.crates[0]);
        vec![
            Row::at_most("crates that an axum app gains".to_owned(), "crates", added as f64, 16.0),
            Row::at_most(
                "clean build of an axum app".to_owned(),
                "× the same without",
                ratio(self.build_seconds),
                1.3,
            ),
            Row::at_most(
                "… in processor time".to_owned(),
                "× the same without",
                ratio(self.build_processor_seconds),
                1.3,
            ),
        ]
    }
}

const MANIFEST: &str = r#"[workspace]

[package]
name = "app"
version = "0.0.0"
edition = "2024"
publish = false

[dependencies]
axum = "*"
{goldsignal}
tokio = { version = "*", features = ["full"] }
tracing = "*"
tracing-subscriber = "*"
"#;

const MAIN: &str = r#"use axum::{Router, routing::get};

{attribute}async fn hello() -> &'static str {
    tracing::info!("hello");
    "hello"
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    tracing_subscriber::fmt().init();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    axum::serve(listener, Router::new().route("/", get(hello))).await
}
"#;
