//! Parses the arguments of the command.

use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::{Arg, Error, Parser, ValueExt};

use crate::operate::backtest::{self, MOST_DAYS};

/// A command with its arguments.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Command {
    Help,
    Generate { out: PathBuf, facts: Option<PathBuf> },
    Check { dir: PathBuf, facts: Option<PathBuf> },
    Catalog { json: bool },
    Diff { old: PathBuf },
    Explain { alert: String, facts: Option<PathBuf> },
    Backtest { options: Box<backtest::Options>, facts: Option<PathBuf> },
}

/// The options that have a value.
const WITH_VALUE: [&str; 8] =
    ["out", "facts", "slo", "target", "days", "prometheus", "token-file", "header-file"];

/// The options, and the arguments that are not options.
#[derive(Default)]
struct Arguments {
    positionals: Vec<OsString>,
    options: Vec<(&'static str, OsString)>,
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
            let out = arguments.path("out").ok_or("`generate` needs `--out DIR`")?;
            Command::Generate { out, facts: arguments.path("facts") }
        }
        "check" => {
            let dir = arguments.positional("`check` needs the folder")?.into();
            Command::Check { dir, facts: arguments.path("facts") }
        }
        "catalog" => Command::Catalog { json: std::mem::take(&mut arguments.json) },
        "diff" => {
            Command::Diff { old: arguments.positional("`diff` needs the old catalog")?.into() }
        }
        "explain" => {
            let alert = arguments.positional("`explain` needs an alert's name")?.string()?;
            Command::Explain { alert, facts: arguments.path("facts") }
        }
        "backtest" => {
            let options = Box::new(arguments.backtest()?);
            Command::Backtest { options, facts: arguments.path("facts") }
        }
        other => {
            let known = "`generate`, `check`, `catalog`, `diff`, `explain`, `backtest`";
            return Err(format!("unknown command `{other}`; expected one of {known}").into());
        }
    };
    arguments.reject_extra(&name)?;
    Ok(command)
}

fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Arguments, Error> {
    let mut parser = Parser::from_args(arguments);
    let mut arguments = Arguments::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("json") => arguments.json = true,
            Arg::Long("help") | Arg::Short('h') => arguments.help = true,
            Arg::Long(name) => match WITH_VALUE.iter().find(|known| **known == name) {
                Some(name) => arguments.options.push((name, parser.value()?)),
                None => return Err(argument.unexpected()),
            },
            Arg::Value(word) => arguments.positionals.push(word),
            other @ Arg::Short(_) => return Err(other.unexpected()),
        }
    }
    Ok(arguments)
}

impl Arguments {
    /// The value of an option; the last one if it is given again.
    fn option(&mut self, name: &str) -> Option<OsString> {
        let mut value = None;
        while let Some(at) = self.options.iter().position(|(given, _)| *given == name) {
            value = Some(self.options.remove(at).1);
        }
        value
    }

    fn path(&mut self, name: &str) -> Option<PathBuf> {
        self.option(name).map(PathBuf::from)
    }

    fn text(&mut self, name: &str) -> Result<Option<String>, Error> {
        self.option(name).map(ValueExt::string).transpose()
    }

    fn positional(&mut self, missing: &'static str) -> Result<OsString, Error> {
        if self.positionals.is_empty() {
            Err(missing.into())
        } else {
            Ok(self.positionals.remove(0))
        }
    }

    fn backtest(&mut self) -> Result<backtest::Options, Error> {
        let target = match self.text("target")? {
            Some(text) => Some(backtest::target(&text).ok_or_else(|| {
                format!(
                    "`--target {text}`: it is a percentage above 92.86 and below 100, such as 99.95"
                )
            })?),
            None => None,
        };
        let days = match self.text("days")? {
            Some(text) => {
                Some(text.parse().ok().filter(|days| (1..=MOST_DAYS).contains(days)).ok_or_else(
                    || format!("`--days {text}`: it is a whole number from 1 to {MOST_DAYS}"),
                )?)
            }
            None => None,
        };
        let slo = self.text("slo")?;
        if target.is_some() && slo.is_none() {
            return Err("`--target` needs `--slo NAME`: each objective has its own target".into());
        }
        Ok(backtest::Options {
            slo,
            target,
            days,
            prometheus: self.text("prometheus")?,
            token_file: self.path("token-file"),
            header_file: self.path("header-file"),
            json: std::mem::take(&mut self.json),
        })
    }

    fn reject_extra(self, command: &str) -> Result<(), Error> {
        let word = self.positionals.first().map(|word| word.to_string_lossy().into_owned());
        let option = self.options.first().map(|(name, _)| format!("--{name}"));
        let json = self.json.then(|| "--json".to_owned());
        match word.or(option).or(json) {
            None => Ok(()),
            Some(extra) => Err(format!("`{command}` does not take `{extra}`").into()),
        }
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
        assert_eq!(
            parsed("check --facts f.toml d"),
            Ok(Command::Check { dir: "d".into(), facts: facts.clone() })
        );
        assert_eq!(parsed("catalog --json"), Ok(Command::Catalog { json: true }));
        assert_eq!(parsed("diff old.json"), Ok(Command::Diff { old: "old.json".into() }));
        assert_eq!(
            parsed("explain ApiBurns"),
            Ok(Command::Explain { alert: "ApiBurns".into(), facts: None })
        );
        assert_eq!(parsed(""), Ok(Command::Help));
        assert_eq!(parsed("generate --help"), Ok(Command::Help));
        let options = backtest::Options {
            slo: Some("api".into()),
            target: backtest::target("99.95"),
            days: Some(7),
            prometheus: Some("http://p".into()),
            token_file: Some("t".into()),
            header_file: None,
            json: true,
        };
        assert!(options.target.is_some());
        assert_eq!(
            parsed(
                "backtest --slo api --target 99.95 --days 7 --prometheus http://p --token-file t --json --facts f.toml"
            ),
            Ok(Command::Backtest { options: Box::new(options), facts })
        );
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
            ("backtest --target 99.9", "`--target` needs `--slo NAME`"),
            ("backtest --slo a --target 0.999", "above 92.86 and below 100"),
            ("backtest --slo a --target 100", "above 92.86 and below 100"),
            ("backtest --days 0", "a whole number from 1 to 400"),
            ("backtest --out d", "`backtest` does not take `--out`"),
        ] {
            let error = parsed(line).unwrap_err();
            assert!(error.contains(message), "{line}: {error}");
        }
    }
}
