//! What a bad value says in words: its error and what caused it.
//!
//! As the verdict, it is found by method resolution on references: the more `&` an implementation carries, the
//! earlier it is tried.

use std::error::Error;
use std::fmt::Write;

use super::Probe;
use crate::declare::Sensitive;
use crate::log::guard::masked;
use crate::log::truncate::Truncated;

/// The field with what a bad value says.
pub(crate) const ERROR: &str = "error";

/// The most causes that are told: an error may be its own cause.
const DEEPEST: usize = 16;

/// What a bad value says.
#[derive(Clone, Copy, Debug)]
pub enum Cause<'a> {
    /// An error, with what caused it.
    Error(&'a (dyn Error + 'a)),
    /// Text.
    Text(&'a str),
}

macro_rules! cause {
    ($(#[$meta:meta])* $trait:ident for $probe:ty, [$($generics:tt)*], |$error:ident| $cause:expr) => {
        $(#[$meta])*
        pub trait $trait<'a> {
            /// The error, unless it must not be told.
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
    /// A sensitive error: what it says is told nowhere.
    OfSensitive for &&&&Probe<'a, Result<T, E>>, [E: Sensitive], |_error| None
);
cause!(
    /// An error.
    OfError for &&&Probe<'a, Result<T, E>>, [E: Error], |error| Some(Cause::Error(error))
);
cause!(
    /// An error of any type behind a pointer: `anyhow`, `Box<dyn Error + Send + Sync>`.
    OfOpaque for &&Probe<'a, Result<T, E>>, [E: AsRef<dyn Error + Send + Sync>],
    |error| Some(Cause::Error(error.as_ref()))
);
cause!(
    /// An error of any type behind a pointer, for one thread.
    OfLocal for &Probe<'a, Result<T, E>>, [E: AsRef<dyn Error>], |error| Some(Cause::Error(error.as_ref()))
);

cause!(
    /// An error that is text: `String`, `&str`, `Box<str>`, `Cow<str>`.
    OfText for Probe<'a, Result<T, E>>, [E: AsRef<str>], |error| Some(Cause::Text(error.as_ref()))
);

/// Any other value. It takes the probe itself, so it is tried after all that take a reference to one.
pub trait OfNothing<'a> {
    /// There is none.
    fn cause(self) -> Option<Cause<'a>>;
}
impl<'a, T> OfNothing<'a> for Probe<'a, T> {
    fn cause(self) -> Option<Cause<'a>> {
        None
    }
}

/// An error's text with those of its causes, outermost first. One that repeats its cause's text at its end, as
/// `"database: {0}"` does, is not followed by it again. Credentials in it are masked.
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

fn write_chain(out: &mut Truncated<'_>, error: &dyn Error) {
    // What refuses to be formatted is told as far as it came.
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
