//! Divides the arguments into those that choose the program and those of the command.

use std::ffi::{OsStr, OsString};

/// What was given.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Arguments {
    pub(crate) origin: Origin,
    /// The command, such as `check`, with its own arguments.
    pub(crate) command: Vec<OsString>,
}

/// Where the catalog comes from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A program that Cargo builds with these options.
    Cargo(Vec<OsString>),
    /// A program.
    Program(OsString),
    /// A file.
    Catalog(OsString),
}

/// Options of `cargo build` that have a value.
const WITH_VALUE: &[&str] = &[
    "--package",
    "-p",
    "--bin",
    "--example",
    "--features",
    "-F",
    "--manifest-path",
    "--profile",
    "--target-dir",
];

/// Options of `cargo build` without a value.
const FLAGS: &[&str] = &[
    "--all-features",
    "--no-default-features",
    "--release",
    "-r",
    "--locked",
    "--offline",
    "--frozen",
];

pub(crate) fn read(given: Vec<OsString>) -> Result<Arguments, String> {
    let mut given = given.into_iter().peekable();
    // Cargo passes the name of the subcommand first.
    given.next_if(|first| first == "goldsignal");
    let (mut options, mut command, mut files) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(argument) = given.next() {
        let (name, value) = split(&argument);
        if FLAGS.contains(&name) {
            options.push(argument);
        } else if WITH_VALUE.contains(&name) || matches!(name, "--program" | "--catalog") {
            let value = value.or_else(|| given.next());
            let value = value.ok_or_else(|| format!("`{name}` needs a value"))?;
            match name {
                "--program" => files.push(Origin::Program(value)),
                "--catalog" => files.push(Origin::Catalog(value)),
                option => options.extend([option.into(), value]),
            }
        } else {
            command.push(argument);
        }
    }
    match files.pop() {
        None => Ok(Arguments { origin: Origin::Cargo(options), command }),
        Some(origin) if files.is_empty() && options.is_empty() => Ok(Arguments { origin, command }),
        Some(_) => {
            Err("`--program`, `--catalog` and the options of `cargo build` exclude each other"
                .into())
        }
    }
}

/// The name of an option, and its value if that follows after `=`.
fn split(argument: &OsStr) -> (&str, Option<OsString>) {
    // What is not UTF-8 is no option.
    let text = argument.to_str().unwrap_or_default();
    match text.split_once('=') {
        Some((name, value)) if name.starts_with("--") => (name, Some(value.into())),
        _ => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split_whitespace().map(OsString::from).collect()
    }

    #[test]
    fn options_of_cargo_are_told_from_those_of_the_command() {
        for (line, origin, command) in [
            ("goldsignal check d", Origin::Cargo(vec![]), "check d"),
            (
                "check -p shop d --release --features=a,b --facts f",
                Origin::Cargo(words("-p shop --release --features a,b")),
                "check d --facts f",
            ),
            ("--program=x catalog --json", Origin::Program("x".into()), "catalog --json"),
            ("explain A --catalog c.json", Origin::Catalog("c.json".into()), "explain A"),
        ] {
            let read = read(words(line)).unwrap();
            assert_eq!(read, Arguments { origin, command: words(command) }, "{line}");
        }
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        for (line, message) in [
            ("check d --bin", "`--bin` needs a value"),
            ("check d --program a --catalog b", "exclude each other"),
            ("check d --program a --release", "exclude each other"),
        ] {
            assert!(read(words(line)).unwrap_err().contains(message), "{line}");
        }
    }
}
