//! Which events are logged: `RUST_LOG`, as a filter on the log layer alone.
//!
//! A global filter would take events from all other layers, and `EnvFilter` enables every span for
//! its field directives. A log needs targets and levels only, which are decided once per callsite.

use std::fmt;

use tracing_subscriber::filter::Targets;

/// The default directives.
pub(crate) const DEFAULT: &str = "info";

/// A directive that cannot be parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterError {
    directive: String,
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is no log filter; write levels and targets, such as `info` or `warn,my_app::db=debug`",
            self.directive
        )
    }
}

impl std::error::Error for FilterError {}

/// Parses directives in the syntax of `RUST_LOG`, without span directives.
pub(crate) fn parse(directives: &str) -> Result<Targets, FilterError> {
    let each = directives.split(',').map(str::trim).filter(|directive| !directive.is_empty());
    let each: Vec<&str> = each.collect();
    for directive in &each {
        let looks_inside = directive.contains(['[', '{', '/']);
        if looks_inside || misspelt(directive) || directive.parse::<Targets>().is_err() {
            return Err(FilterError { directive: (*directive).to_owned() });
        }
    }
    let all = if each.is_empty() { DEFAULT.to_owned() } else { each.join(",") };
    all.parse().map_err(|_| FilterError { directive: all })
}

/// Whether a word is most likely a misspelt level. As a target it would match nothing and silence
/// everything else. A target of that name can be written as `target=trace`.
fn misspelt(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    let count = |word: &str, letter| word.bytes().filter(|other| *other == letter).count();
    let shuffled = |level: &str| {
        let alike = |letter| count(level, letter) == count(&word, letter);
        level.len() == word.len() && level.bytes().all(alike)
    };
    ["off", "error", "warn", "info", "debug", "trace"].iter().any(|level| {
        let shortened = word.len() >= 3 && level.starts_with(&word);
        word != *level && (shortened || shuffled(level)) || word == "warning"
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracing_core::Level;

    #[test]
    fn reads_levels_and_targets() {
        let filter = parse("warn, my_app=debug").unwrap();
        assert!(filter.would_enable("my_app::db", &Level::DEBUG));
        assert!(!filter.would_enable("other", &Level::INFO));
        assert!(parse("").unwrap().would_enable("other", &Level::INFO));
    }

    #[test]
    fn a_misspelt_level_is_no_target() {
        for word in ["inof", "Warning", "err", "dbeug"] {
            assert!(parse(word).is_err(), "{word}");
        }
        for word in ["INFO", "off", "my_app", "information=trace", "3"] {
            assert!(parse(word).is_ok(), "{word}");
        }
    }

    #[test]
    fn names_what_it_cannot_read() {
        for directives in ["info,my_app[span{a=1}]=debug", "my_app=loud", "my_app/x"] {
            let error = parse(directives).unwrap_err().to_string();
            assert!(error.contains("my_app"), "{error}");
        }
    }
}
