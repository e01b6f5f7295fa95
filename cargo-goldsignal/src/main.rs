//! `cargo goldsignal`: generates, checks, compares and explains the operations files of a program that uses goldsignal, and
//! backtests its objectives, from the catalog that the program writes. So the program needs no generator in it.

mod agent;
mod arguments;
mod program;

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use goldsignal::declare::catalog::Catalog;
use goldsignal::operate::{Service, Subject, catalog_from_json, needs_catalog, run_on};
use serde::Deserialize;

use arguments::{Arguments, Origin};

const COMMAND: &str = "cargo goldsignal";

const HELP: &str = "
The program is the one that `cargo build` makes. These choose another:

  --package NAME, --bin NAME, --example NAME, --features LIST, --all-features, --no-default-features, --release,
  --manifest-path FILE        as for `cargo build`
  --program FILE              a program that is built already
  --catalog FILE              the catalog that a program wrote: run it with `GOLDSIGNAL_CATALOG=FILE`
";

fn main() -> ExitCode {
    let given = std::env::args_os().skip(1).collect::<Vec<_>>();
    match run(given) {
        Ok(code) => code.into(),
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run(given: Vec<OsString>) -> Result<u8, String> {
    let Arguments { origin, command } = arguments::read(given)?;
    if !needs_catalog(command.clone()) {
        let code = execute(Program::default(), &Catalog::default(), command);
        print!("{}", if code == 0 { HELP } else { "" });
        return Ok(code);
    }
    let text = match origin {
        Origin::Catalog(file) => fs::read_to_string(&file)
            .map_err(|error| format!("`{}` cannot be read: {error}", Path::new(&file).display()))?,
        Origin::Program(file) => program::catalog_of(Path::new(&file))?,
        Origin::Cargo(options) => program::catalog_of(&program::build(&options)?)?,
    };
    let unreadable = |error: &dyn std::error::Error| format!("the catalog cannot be read: {error}");
    let catalog = catalog_from_json(&text).map_err(|error| unreadable(&error))?;
    let program: Program = serde_json::from_str(&text).map_err(|error| unreadable(&error))?;
    Ok(execute(program, &catalog, command))
}

/// The members of a catalog that are not about declarations.
#[derive(Default, Deserialize)]
struct Program {
    program: String,
    /// Known if the builder of its telemetry wrote the catalog.
    service: Option<Service>,
}

fn execute(program: Program, catalog: &Catalog, arguments: Vec<OsString>) -> u8 {
    let Program { program, service } = program;
    let (command, agent) = (COMMAND.to_owned(), agent::new());
    let subject = Subject { catalog, program, command, service, agent };
    run_on(&subject, arguments, &mut io::stdout(), &mut io::stderr())
}
