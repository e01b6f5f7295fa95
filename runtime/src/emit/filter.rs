//! What is logged: `RUST_LOG` as a filter that is decided once for each place in the source.

use std::fmt;

use tracing_core::{Interest, LevelFilter, Metadata, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{self, Context};

/// Which events are logged, by target and level; no spans.
///
/// The grammar is that of `RUST_LOG` without what looks at spans or values: directives `level`, `target` and
/// `target=level`, separated by commas. A level is `off`, `error`, `warn`, `info`, `debug`, `trace` or a
/// number from 0 to 5; a target is matched by its beginning, the longest match decides; without a level it
/// lets everything of the target pass. Targets that no directive matches are not logged, unless one directive is
/// a level alone.
///
/// All of it is decided when a place in the source is first met, so it costs nothing afterwards: a filter that
/// looks at spans or values would have to be asked every time.
#[derive(Clone, Debug)]
pub struct Filter(Targets);

/// The variable that [`Filter::from_env`] reads.
const VARIABLE: &str = "RUST_LOG";

const LEVELS: [(&str, LevelFilter); 6] = [
    ("off", LevelFilter::OFF),
    ("error", LevelFilter::ERROR),
    ("warn", LevelFilter::WARN),
    ("info", LevelFilter::INFO),
    ("debug", LevelFilter::DEBUG),
    ("trace", LevelFilter::TRACE),
];

impl Filter {
    /// Reads directives; none at all mean `info`.
    ///
    /// # Errors
    /// One sentence that names the first directive that cannot be understood, and what is expected instead.
    pub fn parse(directives: &str) -> Result<Self, FilterError> {
        let mut targets = Targets::new();
        let mut given = false;
        for directive in directives.split(',').map(str::trim).filter(|d| !d.is_empty()) {
            given = true;
            targets = match parse(directive)? {
                (None, level) => targets.with_default(level),
                (Some(target), level) => targets.with_target(target, level),
            };
        }
        Ok(Self(if given { targets } else { targets.with_default(LevelFilter::INFO) }))
    }

    /// Reads the directives of the environment variable `RUST_LOG`.
    ///
    /// # Errors
    /// As [`parse`](Self::parse), or when the variable is not Unicode.
    pub fn from_env() -> Result<Self, FilterError> {
        match std::env::var(VARIABLE) {
            Ok(directives) => Self::parse(&directives),
            Err(std::env::VarError::NotPresent) => Self::parse(""),
            Err(std::env::VarError::NotUnicode(text)) => {
                Err(FilterError::new(&text.to_string_lossy(), "is not Unicode", PLAIN))
            }
        }
    }

    /// Whether events of `target` at `level` are logged.
    pub fn would_log(&self, target: &str, level: tracing_core::Level) -> bool {
        self.0.would_enable(target, &level)
    }
}

const PLAIN: &str = "write `level` or `target=level`";

fn parse(directive: &str) -> Result<(Option<&str>, LevelFilter), FilterError> {
    let refuse = |what| Err(FilterError::new(directive, what, PLAIN));
    if directive.contains(['[', ']', '{', '}']) {
        return refuse("filters by span or field, which this filter cannot");
    }
    if directive.contains('/') {
        return refuse("filters by a pattern, which this filter cannot");
    }
    match directive.split_once('=') {
        None => match (level(directive), misspelt(directive)) {
            (Some(level), _) => Ok((None, level)),
            (None, Some(meant)) => {
                let help = format!("write `{meant}`, or `{directive}=trace` if it is a target");
                Err(FilterError::new(directive, "looks like a misspelt level", &help))
            }
            (None, None) => Ok((Some(target(directive, directive)?), LevelFilter::TRACE)),
        },
        Some((name, value)) => {
            let name = target(directive, name.trim())?;
            level(value.trim()).map(|level| (Some(name), level)).map_or_else(
                || {
                    let help = "write one of off, error, warn, info, debug, trace after the `=`";
                    Err(FilterError::new(directive, "has no level that is known", help))
                },
                Ok,
            )
        }
    }
}

fn target<'a>(directive: &str, target: &'a str) -> Result<&'a str, FilterError> {
    let known = |c: char| c.is_alphanumeric() || "_-:.".contains(c);
    if target.is_empty() || !target.chars().all(known) {
        return Err(FilterError::new(directive, "has no target that could exist", PLAIN));
    }
    Ok(target)
}

fn level(text: &str) -> Option<LevelFilter> {
    let number = text.parse().ok().filter(|_| text.len() == 1);
    let position = |(index, (name, _)): (usize, &(&str, _))| {
        text.eq_ignore_ascii_case(name) || number == Some(index)
    };
    LEVELS
        .iter()
        .enumerate()
        .find(|level| position((level.0, level.1)))
        .map(|(_, (_, level))| *level)
}

/// The level that a word is an anagram of, or begins as: such a word would be the target of nothing, and
/// silence everything else.
fn misspelt(word: &str) -> Option<&'static str> {
    let sorted = |word: &str| {
        let mut letters: Vec<_> = word.to_ascii_lowercase().into_bytes();
        letters.sort_unstable();
        letters
    };
    let beginning = |name: &str| {
        let word = word.to_ascii_lowercase();
        word.len() >= 3 && (name.starts_with(&word) || word == "warning" && name == "warn")
    };
    LEVELS
        .iter()
        .map(|(name, _)| *name)
        .find(|name| sorted(name) == sorted(word) || beginning(name))
}

impl<S: Subscriber> layer::Filter<S> for Filter {
    fn enabled(&self, metadata: &Metadata<'_>, context: &Context<'_, S>) -> bool {
        metadata.is_event() && layer::Filter::<S>::enabled(&self.0, metadata, context)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        if metadata.is_event() {
            layer::Filter::<S>::callsite_enabled(&self.0, metadata)
        } else {
            Interest::never()
        }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        layer::Filter::<S>::max_level_hint(&self.0)
    }
}

/// A directive that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterError(String);

impl FilterError {
    fn new(directive: &str, what: &str, help: &str) -> Self {
        Self(format!("{VARIABLE}: `{}` {what}: {help}", directive.escape_debug()))
    }
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for FilterError {}

#[cfg(test)]
mod tests {
    use super::*;
    use tracing_core::Level;

    #[test]
    fn nothing_means_info() {
        for text in ["", " ", ","] {
            let filter = Filter::parse(text).unwrap();
            assert!(filter.would_log("any", Level::INFO));
            assert!(!filter.would_log("any", Level::DEBUG));
        }
    }

    #[test]
    fn the_longest_target_decides() {
        let filter = Filter::parse("WARN, a=debug,a::b=0,c").unwrap();
        assert!(filter.would_log("x", Level::WARN) && !filter.would_log("x", Level::INFO));
        assert!(filter.would_log("a::c", Level::DEBUG) && !filter.would_log("a::b", Level::ERROR));
        assert!(filter.would_log("c::d", Level::TRACE));
    }

    #[test]
    fn errors_name_the_directive_and_the_remedy() {
        for (text, expected) in [
            (
                "info,a=loud",
                "RUST_LOG: `a=loud` has no level that is known: write one of off, error, warn, info, debug, trace after the `=`",
            ),
            (
                "my[span]=info",
                "RUST_LOG: `my[span]=info` filters by span or field, which this filter cannot: write `level` or `target=level`",
            ),
            (
                "info/needle",
                "RUST_LOG: `info/needle` filters by a pattern, which this filter cannot: write `level` or `target=level`",
            ),
            (
                "=info",
                "RUST_LOG: `=info` has no target that could exist: write `level` or `target=level`",
            ),
            (
                "a b",
                "RUST_LOG: `a b` has no target that could exist: write `level` or `target=level`",
            ),
            (
                "inof",
                "RUST_LOG: `inof` looks like a misspelt level: write `info`, or `inof=trace` if it is a target",
            ),
            (
                "warning",
                "RUST_LOG: `warning` looks like a misspelt level: write `warn`, or `warning=trace` if it is a target",
            ),
        ] {
            assert_eq!(Filter::parse(text).unwrap_err().to_string(), expected);
        }
    }
}
