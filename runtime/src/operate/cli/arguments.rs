//! Parses the arguments of the command.

use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::{Arg, Error, Parser, ValueExt};

/// A command with its arguments.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Command {
    Help,
    Generate { out: PathBuf, facts: Option<PathBuf> },
    Check { dir: PathBuf, facts: Option<PathBuf> },
    Catalog { json: bool },
    Diff { old: PathBuf },
    Explain { alert: String, facts: Option<PathBuf> },
}

/// The options, and the arguments that are not options.
#[derive(Default)]
struct Arguments {
    positionals: Vec<OsString>,
    out: Option<PathBuf>,
    facts: Option<PathBuf>,
    json: bool,
    help: bool,
}

pub(super) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, Error> {
    let mut arguments = read(arguments)?;
    if arguments.help || arguments.positionals.is_empty() {
        return Ok(Command::Help);
    }
    let name = arguments.positionals.remove(0).string()?;
    let command = match name.as_str() {
        "generate" => {
            let out = arguments.out.take().ok_or("`generate` needs `--out DIR`")?;
            Command::Generate { out, facts: arguments.facts.take() }
        }
        "check" => {
            let dir = next_positional(&mut arguments, "`check` needs the folder")?.into();
            Command::Check { dir, facts: arguments.facts.take() }
        }
        "catalog" => Command::Catalog { json: std::mem::take(&mut arguments.json) },
        "diff" => Command::Diff {
            old: next_positional(&mut arguments, "`diff` needs the old catalog")?.into(),
        },
        "explain" => {
            let alert =
                next_positional(&mut arguments, "`explain` needs an alert's name")?.string()?;
            Command::Explain { alert, facts: arguments.facts.take() }
        }
        other => {
            let known = "`generate`, `check`, `catalog`, `diff`, `explain`";
            return Err(format!("unknown command `{other}`; expected one of {known}").into());
        }
    };
    reject_extra(&name, arguments)?;
    Ok(command)
}

fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Arguments, Error> {
    let mut parser = Parser::from_args(arguments);
    let mut arguments = Arguments::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("out") => arguments.out = Some(parser.value()?.into()),
            Arg::Long("facts") => arguments.facts = Some(parser.value()?.into()),
            Arg::Long("json") => arguments.json = true,
            Arg::Long("help") | Arg::Short('h') => arguments.help = true,
            Arg::Value(word) => arguments.positionals.push(word),
            other => return Err(other.unexpected()),
        }
    }
    Ok(arguments)
}

fn next_positional(arguments: &mut Arguments, missing: &'static str) -> Result<OsString, Error> {
    if arguments.positionals.is_empty() {
        Err(missing.into())
    } else {
        Ok(arguments.positionals.remove(0))
    }
}

fn reject_extra(command: &str, arguments: Arguments) -> Result<(), Error> {
    let Arguments { positionals, out, facts, json, help: _ } = arguments;
    let word = positionals.first().map(|word| word.to_string_lossy().into_owned());
    let option = [("--out", out.is_some()), ("--facts", facts.is_some()), ("--json", json)]
        .into_iter()
        .find_map(|(name, given)| given.then(|| name.to_owned()));
    match word.or(option) {
        None => Ok(()),
        Some(extra) => Err(format!("`{command}` does not take `{extra}`").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command, String> {
        parse(line.split_whitespace().map(OsString::from)).map_err(|error| error.to_string())
    }

    #[test]
    fn reads_commands() {
        let facts = Some("f.toml".into());
        assert_eq!(
            parsed("generate --out d --facts=f.toml"),
            Ok(Command::Generate { out: "d".into(), facts: facts.clone() })
        );
        assert_eq!(parsed("check --facts f.toml d"), Ok(Command::Check { dir: "d".into(), facts }));
        assert_eq!(parsed("catalog --json"), Ok(Command::Catalog { json: true }));
        assert_eq!(parsed("diff old.json"), Ok(Command::Diff { old: "old.json".into() }));
        assert_eq!(
            parsed("explain ApiBurns"),
            Ok(Command::Explain { alert: "ApiBurns".into(), facts: None })
        );
        assert_eq!(parsed(""), Ok(Command::Help));
        assert_eq!(parsed("generate --help"), Ok(Command::Help));
    }

    #[test]
    fn says_what_is_wrong() {
        for (line, message) in [
            ("generate", "`generate` needs `--out DIR`"),
            ("check", "`check` needs the folder"),
            ("chekc d", "unknown command `chekc`"),
            ("check d e", "`check` does not take `e`"),
            ("check d --out e", "`check` does not take `--out`"),
            ("check d --loud", "--loud"),
            ("diff a --json", "`diff` does not take `--json`"),
            ("explain", "`explain` needs an alert's name"),
        ] {
            let error = parsed(line).unwrap_err();
            assert!(error.contains(message), "{line}: {error}");
        }
    }
}
