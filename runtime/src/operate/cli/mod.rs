//! The command that generates, checks and explains the operations files.

mod arguments;
mod subject;

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use arguments::Command;
pub use subject::{Service, Subject};

use super::backtest;
use super::facts::{Facts, printable};
use super::inventory::{self, Inventory};
use super::rules::{self, Rule};
use super::{Artefact, folder, generate, runbooks};
use crate::declare::catalog::Catalog;

/// The first argument that selects this command.
const SUBCOMMAND: &str = "operate";

/// Runs the command `<program> operate …` and ends the process. Returns if the program's first
/// argument is not `operate`.
///
/// Call it in the first line of `main`:
///
/// ```no_run
/// #[tokio::main]
/// async fn main() -> Result<(), Box<dyn std::error::Error>> {
///     goldsignal::operate::run_if_asked();
///     // … the program itself
///     Ok(())
/// }
/// ```
///
/// It ends the process with [`std::process::exit`], which runs no destructors, so call it before
/// the program starts anything. [`cli`] returns the exit code instead.
pub fn run_if_asked() {
    if let Some(code) = run_subcommand() {
        std::process::exit(code.into());
    }
}

/// Like [`run_if_asked`], but returns the exit code, for a `main` that returns one; `None` if the
/// first argument is not `operate`.
///
/// ```no_run
/// use std::process::ExitCode;
///
/// fn main() -> ExitCode {
///     if let Some(done) = goldsignal::operate::cli() {
///         return done;
///     }
///     // … the program itself
///     ExitCode::SUCCESS
/// }
/// ```
pub fn cli() -> Option<ExitCode> {
    run_subcommand().map(ExitCode::from)
}

/// Runs the command and returns its exit code; `None` if the first argument is not `operate`.
fn run_subcommand() -> Option<u8> {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next()? != SUBCOMMAND {
        return None;
    }
    Some(run(&Catalog::linked(), arguments, &mut io::stdout(), &mut io::stderr()))
}

/// Runs the command in `arguments` on `catalog` and returns the exit code: 0 on success, 1 if
/// something is stale or failed, 2 if the arguments are invalid.
pub fn run(
    catalog: &Catalog,
    arguments: impl IntoIterator<Item = OsString>,
    out: &mut dyn Write,
    error: &mut dyn Write,
) -> u8 {
    run_on(&Subject::this_program(catalog), arguments, out, error)
}

/// Whether the command in `arguments` needs a catalog. Help and errors do not.
#[doc(hidden)]
pub fn needs_catalog(arguments: impl IntoIterator<Item = OsString>) -> bool {
    !matches!(arguments::parse(arguments), Ok(Command::Help) | Err(_))
}

/// [`run`], for `cargo goldsignal`: the catalog is of another program.
#[doc(hidden)]
pub fn run_on(
    subject: &Subject<'_>,
    arguments: impl IntoIterator<Item = OsString>,
    out: &mut dyn Write,
    error: &mut dyn Write,
) -> u8 {
    let mut output = Vec::new();
    let result = match arguments::parse(arguments) {
        Ok(command) => execute(subject, command, &mut output),
        Err(error) => Err(Failure { code: 2, message: format!("{error}\n\n{}", subject.help()) }),
    };
    // A reader such as `head` may close the pipe early. That is not a failure.
    let written = match out.write_all(&output).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    };
    match result.and(written) {
        Ok(()) => 0,
        Err(failure) => {
            // If standard error cannot be written either, nothing is left to report the failure to.
            let _ = writeln!(error, "{}", printable(failure.message.trim_end()));
            failure.code
        }
    }
}

/// Why a command failed.
struct Failure {
    code: u8,
    message: String,
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self { code: 1, message: error.to_string() }
    }
}

fn execute(subject: &Subject<'_>, command: Command, out: &mut Vec<u8>) -> Result<(), Failure> {
    let catalog = subject.catalog;
    match command {
        Command::Help => out.write_all(subject.help().as_bytes())?,
        Command::Generate { out: dir, facts } => {
            let artefacts = artefacts(subject, &dir, facts.as_deref())?;
            let written = folder::write(&dir, &artefacts)?;
            let folder::Written { changed, unchanged, removed } = written;
            writeln!(
                out,
                "{}: {changed} files written, {unchanged} unchanged, {removed} removed",
                dir.display()
            )?;
        }
        Command::Check { dir, facts } => {
            let artefacts = artefacts(subject, &dir, facts.as_deref())?;
            if let Some(diff) = folder::differences(&dir, &artefacts)? {
                let summary = summary(&dir, &artefacts);
                out.write_all(printable(&summary).as_bytes())?;
                out.write_all(printable(&diff).as_bytes())?;
                let message = format!("{} is stale: run `generate` again", dir.display());
                return Err(Failure { code: 1, message });
            }
            writeln!(out, "{}: {} files are fresh", dir.display(), artefacts.len())?;
        }
        Command::Catalog { json } => {
            let inventory = Inventory::new(catalog, &subject.default_facts());
            let text = if json {
                serde_json::to_string_pretty(&inventory)? + "\n"
            } else {
                inventory::table(&inventory)
            };
            out.write_all(text.as_bytes())?;
        }
        Command::Diff { old } => diff(subject, &old, out)?,
        Command::Explain { alert, facts } => {
            let has_facts = facts.is_some();
            let facts = facts.map_or_else(|| Ok(subject.default_facts()), Facts::read)?;
            let section = runbook_section(catalog, &alert, &facts)?;
            out.write_all(printable(&section).as_bytes())?;
            if !has_facts {
                writeln!(out, "{}", assumed(&facts))?;
            }
        }
        Command::Backtest { options, facts } => backtest(subject, &options, facts, out)?,
    }
    Ok(())
}

/// What a command says that was given no facts.
fn assumed(facts: &Facts) -> String {
    let name = &facts.service;
    format!("(Without `--facts FILE`, `{name}` is assumed as service and namespace.)")
}

fn backtest(
    subject: &Subject<'_>,
    options: &backtest::Options,
    facts: Option<PathBuf>,
    out: &mut Vec<u8>,
) -> Result<(), Failure> {
    let has_facts = facts.is_some();
    let facts = facts.map_or_else(|| Ok(subject.default_facts()), Facts::read)?;
    let note = if has_facts { String::new() } else { format!("\n{}", assumed(&facts)) };
    let report = backtest::run(subject.catalog, &facts, options, subject.agent.clone());
    let report = report.map_err(|failure| match failure {
        backtest::Failure::Question(message) => Failure { code: 2, message },
        backtest::Failure::Server(message) => Failure { code: 1, message },
        backtest::Failure::Data(message) => Failure { code: 1, message: message + &note },
    })?;
    out.write_all(printable(&report).as_bytes())?;
    if !options.json {
        out.write_all(note.as_bytes())?;
    }
    Ok(())
}

/// What changed in the catalog since the folder was generated; nothing where the folder has no catalog that can be
/// read.
fn summary(dir: &Path, artefacts: &[Artefact]) -> String {
    let now = artefacts.iter().find(|one| one.path == inventory::PATH).map(|one| one.text.clone());
    let before = std::fs::read_to_string(dir.join(inventory::PATH)).ok();
    let read = |text: Option<String>| serde_json::from_str::<Inventory>(&text?).ok();
    let (Some(before), Some(now)) = (read(before), read(now)) else { return String::new() };
    match inventory::summary(&before, &now) {
        summary if summary.is_empty() => summary,
        summary => format!("What changed in the code:\n\n{summary}\n"),
    }
}

fn diff(subject: &Subject<'_>, old: &Path, out: &mut Vec<u8>) -> Result<(), Failure> {
    let unreadable = |error: &dyn std::error::Error| Failure {
        code: 2,
        message: format!(
            "`{}` is not a catalog that `catalog --json` wrote: {error}",
            old.display()
        ),
    };
    let text = std::fs::read_to_string(old).map_err(|error| unreadable(&error))?;
    let before = serde_json::from_str(&text).map_err(|error| unreadable(&error))?;
    let (report, broken) =
        inventory::breaks(&before, &Inventory::new(subject.catalog, &subject.default_facts()));
    out.write_all(printable(&report).as_bytes())?;
    if broken {
        let message =
            "rules, alerts or panels above use what is gone or changed: run `generate` again"
                .to_owned();
        return Err(Failure { code: 1, message });
    }
    Ok(())
}

fn runbook_section(catalog: &Catalog, alert: &str, facts: &Facts) -> Result<String, Failure> {
    let pages = runbooks::artefacts(catalog, facts);
    runbooks::section(&pages, alert).ok_or_else(|| {
        let groups = rules::groups(catalog, facts);
        let rules = groups.iter().flat_map(|group| &group.rules);
        let alerts: Vec<_> = rules.filter_map(Rule::alert).map(|one| one.alert.as_str()).collect();
        let message =
            format!("there is no alert `{alert}`; the alerts are:\n  {}", alerts.join("\n  "));
        Failure { code: 2, message }
    })
}

/// The files that belong in `dir`.
fn artefacts(
    subject: &Subject<'_>,
    dir: &Path,
    facts: Option<&Path>,
) -> Result<Vec<Artefact>, Failure> {
    let default = dir.parent().unwrap_or(dir).join("facts.toml");
    let file = facts.unwrap_or(&default);
    if !file.exists() {
        let name = subject.default_facts().service;
        let message = format!(
            "there are no facts in `{}`; the file needs at least\n\n\
             service = \"{name}\"\nnamespace = \"{name}\"\nteam = \"the team that responds to its alerts\"",
            file.display(),
        );
        return Err(Failure { code: 1, message });
    }
    let facts = Facts::read(file)?;
    if let Some(Service { name, naming, metric_prefix }) = &subject.service {
        facts.check_service(name, *naming, metric_prefix)?;
    }
    Ok(generate(subject.catalog, &facts)?)
}

/// Fails a test if the committed folder `dir` differs from what [`cli`] generates with the facts
/// file beside it.
///
/// ```no_run
/// #[test]
/// fn operations_are_fresh() {
///     goldsignal::operate::assert_fresh("deploy/generated");
/// }
/// ```
///
/// # Panics
/// If the folder is stale. The message contains the diff.
#[track_caller]
pub fn assert_fresh(dir: impl AsRef<Path>) {
    let dir = dir.as_ref();
    let command = Command::Check { dir: dir.to_owned(), facts: None };
    let mut output = Vec::new();
    if let Err(failure) = execute(&Subject::this_program(&Catalog::linked()), command, &mut output)
    {
        panic!("{}{}", String::from_utf8_lossy(&output), failure.message);
    }
}
