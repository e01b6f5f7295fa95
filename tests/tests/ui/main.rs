//! Misuse does not compile, and the compiler says what to write instead. Correct use compiles and runs.
//!
//! A case is a file in `tests/ui/`, a crate of its own that `rustc` compiles against what Cargo has built for these
//! tests. That gives the text that a user reads, and costs a fraction of a Cargo run.
//!
//! | file | what it says |
//! |---|---|
//! | `fail/CLASS/NAME.rs` | misuse; it must not compile |
//! | `fail/CLASS/NAME.stderr` | what the compiler says of it |
//! | `pass/CLASS/NAME.rs` | correct use: it must compile, and its `main` must return |
//!
//! Each case is a test named by its path, so that a filter selects it: `--test ui -- fail/routes/twice`. The tests
//! `reads_well/CLASS/NAME` hold the expected messages to the [rules], and compile nothing.
//!
//! To accept new messages: `BLESS=1 cargo test -p goldsignal-tests --all-features --test ui`.

mod case;
mod compiler;
mod dependencies;
mod gutter;
mod header;
mod internals;
mod message;
mod rules;

use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;
use std::{env, fs};

use case::Case;
use compiler::Compiler;
use libtest_mimic::{Arguments, Failed, Trial};
use similar::TextDiff;

/// Cases whose messages break the rules, and which are still to be mended.
const UNFINISHED: &str = include_str!("../../ui/unfinished.txt");

static COMPILER: LazyLock<Compiler> = LazyLock::new(Compiler::new);

fn main() {
    let is_blessing = env::var_os("BLESS").is_some();
    let fail = Case::find("fail");
    let pass = Case::find("pass");
    let mut trials = vec![
        Trial::test("every_message_has_a_case", || no_message_is_left_over(&Case::messages())),
        Trial::test("the_rules_find_what_they_should", || Ok(rules::find_what_they_should()?)),
    ];
    for case in &fail {
        let name = case.name().to_owned();
        if !is_blessing {
            let case = case.clone();
            trials.push(Trial::test(format!("reads_well/{name}"), move || reads_well(&case)));
        }
        let case = case.clone();
        trials.push(Trial::test(format!("fail/{name}"), move || fails(&case, is_blessing)));
    }
    for case in pass {
        trials.push(Trial::test(format!("pass/{}", case.name()), move || passes(&case)));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn fails(case: &Case, is_blessing: bool) -> Result<(), Failed> {
    let compiled = COMPILER.check(case)?;
    if compiled.is_accepted {
        return Err(format!("{} compiles, but must not", case.path().display()).into());
    }
    let expected = fs::read_to_string(case.message()).unwrap_or_default();
    if compiled.message == expected {
        return Ok(());
    }
    if is_blessing {
        fs::write(case.message(), &compiled.message)?;
        return reads_well(case);
    }
    let diff = TextDiff::from_lines(expected.as_str(), &compiled.message);
    let diff = diff.unified_diff().context_radius(3).header("expected", "now").to_string();
    Err(format!("{}\n{diff}\nTo accept it, set BLESS=1.", case.message().display()).into())
}

fn passes(case: &Case) -> Result<(), Failed> {
    let (compiled, program) = COMPILER.build(case)?;
    if !compiled.is_accepted {
        return Err(format!("must compile:\n{}", compiled.message).into());
    }
    let output = Command::new(&program).output()?;
    fs::remove_file(program)?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{}\n{}", output.status, String::from_utf8_lossy(&output.stderr)).into())
}

fn reads_well(case: &Case) -> Result<(), Failed> {
    let message = fs::read_to_string(case.message())
        .map_err(|_| format!("{} is missing: set BLESS=1 to write it", case.message().display()))?;
    let broken = rules::broken_by(&case.source(), &message);
    let is_unfinished = UNFINISHED.lines().any(|name| name == case.name());
    match (is_unfinished, broken.is_empty()) {
        (true, true) => Err("it reads well now: remove it from `tests/ui/unfinished.txt`".into()),
        (true, false) | (false, true) => Ok(()),
        (false, false) => Err(format!("{}\n\n{message}", broken.join("\n")).into()),
    }
}

fn no_message_is_left_over(messages: &[impl AsRef<Path>]) -> Result<(), Failed> {
    let left_over =
        messages.iter().map(AsRef::as_ref).filter(|message| !message.with_extension("rs").exists());
    let left_over: Vec<_> = left_over.map(|message| message.display().to_string()).collect();
    if left_over.is_empty() {
        Ok(())
    } else {
        Err(format!("no case belongs to {}", left_over.join(", ")).into())
    }
}
