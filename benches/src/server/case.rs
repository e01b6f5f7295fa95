//! The servers that can be measured: what the programs that serve them say they can.

use std::path::{Path, PathBuf};
use std::process::Command;

use goldsignal_benches::servers::{BARE, BY_HAND, FROM_FN, OURS};

use super::Settings;

/// A server that a program can be.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) program: PathBuf,
    /// By what the program knows it.
    pub(super) name: String,
    /// By what the table tells it from those of other programs.
    pub(super) label: String,
}

/// All that are wanted, in the order of the table.
///
/// # Errors
/// If a program cannot be built or run.
pub(super) fn all(settings: &Settings) -> Result<Vec<Case>, String> {
    // Both are built into the same file.
    let traced = settings.traced.then(built_with_spans).transpose()?;
    let compared = |name: &str| [BARE, FROM_FN, BY_HAND].contains(&name);
    let wanted = |name: &str| {
        settings.only.is_empty() || settings.only.iter().any(|only| name.contains(only))
    };
    let mut cases = cases(&built(&[])?, "")?;
    cases.retain(|case| compared(&case.name) || wanted(&case.name));
    for (program, label) in [(&traced, ""), (&settings.beside, "beside: ")] {
        if let Some(program) = program {
            let others = self::cases(program, label)?.into_iter();
            cases.extend(others.filter(|case| case.name.starts_with(OURS) && wanted(&case.name)));
        }
    }
    Ok(cases)
}

/// What has a ceiling: the servers with goldsignal.
///
/// # Errors
/// If the program cannot be built or run.
pub(super) fn with_ceilings() -> Result<Vec<Case>, String> {
    let mut cases = cases(&built(&[])?, "")?;
    cases.retain(|case| case.name.starts_with(OURS));
    Ok(cases)
}

/// What `program` can serve.
fn cases(program: &Path, label: &str) -> Result<Vec<Case>, String> {
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", program.display());
    let output = Command::new(program).output().map_err(|error| failed(&error))?;
    if !output.status.success() {
        return Err(failed(&output.status));
    }
    let names = String::from_utf8(output.stdout).map_err(|error| failed(&error))?;
    let case = |name: &str| Case {
        program: program.to_owned(),
        name: name.to_owned(),
        label: format!("{label}{name}"),
    };
    Ok(names.lines().map(case).collect())
}

/// Builds the servers' program beside this one.
fn built(arguments: &[&str]) -> Result<PathBuf, String> {
    let this = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
    cargo.args(["build", "--quiet", "--release", "--bin", "server"]).args(arguments);
    let folder = this.parent().ok_or("this program is in no folder")?;
    if let Some(target) = folder.parent() {
        cargo.arg("--target-dir").arg(target);
    }
    match cargo.status() {
        Ok(status) if status.success() => Ok(folder.join("server")),
        Ok(status) => Err(format!("the servers cannot be built: {status}")),
        Err(error) => Err(format!("cargo cannot be run: {error}")),
    }
}

/// The same with goldsignal's spans compiled, as a file that the next build does not replace.
fn built_with_spans() -> Result<PathBuf, String> {
    let program = built(&["--features", "traced"])?;
    let copy = program.with_file_name("server-traced");
    std::fs::copy(&program, &copy).map_err(|error| format!("{}: {error}", copy.display()))?;
    Ok(copy)
}
