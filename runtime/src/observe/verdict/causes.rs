//! The text of a bad value: its error and the chain of its sources.
//!
//! Like the verdict, it is found by method resolution on references: an implementation for more `&`
//! is tried earlier.

use std::error::Error;
use std::fmt::Write;

use super::ValueProbe;
use crate::declare::Sensitive;
use crate::log::guard::masked;
use crate::log::truncate::Truncated;

/// The field with the text of a bad value.
pub(crate) const ERROR: &str = "error";

/// The most sources that are followed, because an error may be its own source.
const DEEPEST: usize = 16;

/// The text of a bad value.
#[derive(Clone, Copy, Debug)]
pub enum Cause<'a> {
    /// An error, with its sources.
    Error(&'a (dyn Error + 'a)),
    /// Text.
    Text(&'a str),
}

macro_rules! cause {
    ($(#[$meta:meta])* $trait:ident for $probe:ty, [$($generics:tt)*], |$error:ident| $cause:expr) => {
        $(#[$meta])*
        pub trait $trait<'a> {
            /// The error, unless it is sensitive.
            fn cause(&self) -> Option<Cause<'a>>;
        }
        impl<'a, T, $($generics)*> $trait<'a> for $probe {
            fn cause(&self) -> Option<Cause<'a>> {
                let $error = self.0.as_ref().err()?;
                $cause
            }
        }
    };
}

cause!(
    /// A sensitive error, whose text is never written.
    OfSensitive for &&&&ValueProbe<'a, Result<T, E>>, [E: Sensitive], |_error| None
);
cause!(
    /// An error.
    OfError for &&&ValueProbe<'a, Result<T, E>>, [E: Error], |error| Some(Cause::Error(error))
);
cause!(
    /// An error of any type behind a pointer: `anyhow`, `Box<dyn Error + Send + Sync>`.
    OfOpaque for &&ValueProbe<'a, Result<T, E>>, [E: AsRef<dyn Error + Send + Sync>],
    |error| Some(Cause::Error(error.as_ref()))
);
cause!(
    /// An error of any type behind a pointer, for one thread.
    OfLocal for &ValueProbe<'a, Result<T, E>>, [E: AsRef<dyn Error>], |error| Some(Cause::Error(error.as_ref()))
);

cause!(
    /// An error that is text: `String`, `&str`, `Box<str>`, `Cow<str>`.
    OfText for ValueProbe<'a, Result<T, E>>, [E: AsRef<str>], |error| Some(Cause::Text(error.as_ref()))
);

/// Any other value. It takes the probe by value, so it is tried after all that take a reference.
pub trait OfNothing<'a> {
    /// No text.
    fn cause(self) -> Option<Cause<'a>>;
}
impl<'a, T> OfNothing<'a> for ValueProbe<'a, T> {
    fn cause(self) -> Option<Cause<'a>> {
        None
    }
}

/// An error's text followed by those of its sources, outermost first. If an error's text already
/// ends with its source's, as `"database: {0}"` does, the source is not repeated. Credentials are
/// masked.
pub(crate) fn text(cause: Cause<'_>) -> String {
    let mut text = String::new();
    let mut out = Truncated::new(&mut text);
    match cause {
        Cause::Error(error) => write_chain(&mut out, error),
        Cause::Text(text) => _ = out.write_str(text),
    }
    out.end();
    masked(text)
}

/// The text of an error, and those of its sources, each bounded and without credentials.
#[cfg(feature = "telemetry")]
pub(crate) fn texts(cause: Cause<'_>) -> Vec<String> {
    let bounded = |value: &dyn std::fmt::Display| {
        let mut text = String::new();
        let mut out = Truncated::new(&mut text);
        let _ = write!(out, "{value}");
        out.end();
        masked(text)
    };
    match cause {
        Cause::Error(error) => {
            let (mut texts, mut next) = (Vec::new(), Some(error));
            while let Some(error) = next.filter(|_| texts.len() < DEEPEST) {
                texts.push(bounded(&error));
                next = error.source();
            }
            texts
        }
        Cause::Text(text) => vec![bounded(&text)],
    }
}

fn write_chain(out: &mut Truncated<'_>, error: &dyn Error) {
    // A `Display` may return an error; the text that it wrote before stays.
    let _ = write!(out, "{error}");
    let mut cause = error.source();
    for _ in 0..DEEPEST {
        let Some(error) = cause else { break };
        let mut next = String::new();
        let mut cut = Truncated::new(&mut next);
        let _ = write!(cut, "{error}");
        let is_told = out.written().ends_with(cut.written());
        cut.end();
        if !is_told {
            let _ = write!(out, ": {next}");
        }
        cause = error.source();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt;

    #[derive(Debug)]
    struct Layer(&'static str, Option<Box<Layer>>);

    impl fmt::Display for Layer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Layer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.1.as_deref().map(|layer| layer as _)
        }
    }

    #[test]
    fn causes_follow_once() {
        let disk = Layer("disk full", None);
        let database = Layer("database: disk full", Some(Box::new(disk)));
        assert_eq!(
            text(Cause::Error(&Layer("cannot save", Some(Box::new(database))))),
            "cannot save: database: disk full"
        );
    }

    #[test]
    fn neither_length_nor_depth_is_unbounded() {
        let long: &'static str = String::leak("ä".repeat(5000));
        let cut = format!("{}…[cut, 10000 bytes]", "ä".repeat(2048));
        assert_eq!(text(Cause::Error(&Layer(long, None))), cut);
        assert_eq!(text(Cause::Text(long)), cut);
        let mut deep = Layer("0", None);
        for _ in 0..1000 {
            deep = Layer("deeper", Some(Box::new(deep)));
            deep = Layer("down", Some(Box::new(deep)));
        }
        assert_eq!(text(Cause::Error(&deep)).matches("down").count(), 1 + DEEPEST / 2);
    }
}
