//! What a bad value says in words: its error and what caused it.
//!
//! As the verdict, it is found by method resolution on references: the more `&` an implementation carries, the
//! earlier it is tried.

use std::error::Error;
use std::fmt::Write;

use super::Probe;
use crate::declare::Sensitive;

/// The most bytes of text that are kept.
const LONGEST: usize = 2048;

/// The most causes that are told: an error may be its own cause.
const DEEPEST: usize = 16;

macro_rules! cause {
    ($(#[$meta:meta])* $trait:ident for $probe:ty, [$($generics:tt)*], |$error:ident| $cause:expr) => {
        $(#[$meta])*
        pub trait $trait<'a> {
            /// The error, unless it must not be told.
            fn cause(&self) -> Option<&'a (dyn Error + 'a)>;
        }
        impl<'a, T, $($generics)*> $trait<'a> for $probe {
            fn cause(&self) -> Option<&'a (dyn Error + 'a)> {
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
    OfError for &&&Probe<'a, Result<T, E>>, [E: Error], |error| Some(error)
);
cause!(
    /// An error of any type behind a pointer: `anyhow`, `Box<dyn Error + Send + Sync>`.
    OfOpaque for &&Probe<'a, Result<T, E>>, [E: AsRef<dyn Error + Send + Sync>],
    |error| Some(error.as_ref())
);
cause!(
    /// An error of any type behind a pointer, for one thread.
    OfLocal for &Probe<'a, Result<T, E>>, [E: AsRef<dyn Error>], |error| Some(error.as_ref())
);

/// Any other value.
pub trait OfNothing<'a> {
    /// There is none.
    fn cause(&self) -> Option<&'a (dyn Error + 'a)>;
}
impl<'a, T> OfNothing<'a> for Probe<'a, T> {
    fn cause(&self) -> Option<&'a (dyn Error + 'a)> {
        None
    }
}

/// An error's text with those of its causes, outermost first. One that repeats its cause's text at its end, as
/// `"database: {0}"` does, is not followed by it again.
pub(crate) fn text(error: &dyn Error) -> String {
    let mut text = Text(String::new());
    // What refuses to be formatted is told as far as it came.
    let _ = write!(text, "{error}");
    let mut cause = error.source();
    for _ in 0..DEEPEST {
        let Some(error) = cause else { break };
        let mut next = Text(String::new());
        let _ = write!(next, "{error}");
        if !text.0.ends_with(&next.0) {
            let _ = write!(text, ": {}", next.0);
        }
        cause = error.source();
    }
    text.0
}

/// Text that stops when it is long enough.
struct Text(String);

impl Write for Text {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let room = LONGEST - self.0.len();
        if text.len() <= room {
            self.0.push_str(text);
            return Ok(());
        }
        let end = text.floor_char_boundary(room.saturating_sub('…'.len_utf8()));
        self.0.push_str(&text[..end]);
        if self.0.len() + '…'.len_utf8() <= LONGEST {
            self.0.push('…');
        }
        Err(std::fmt::Error)
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
            text(&Layer("cannot save", Some(Box::new(database)))),
            "cannot save: database: disk full"
        );
    }

    #[test]
    fn neither_length_nor_depth_is_unbounded() {
        let long: &'static str = String::leak("ä".repeat(5000));
        assert!(text(&Layer(long, None)).len() <= LONGEST);
        let mut deep = Layer("0", None);
        for _ in 0..1000 {
            deep = Layer("deeper", Some(Box::new(deep)));
            deep = Layer("down", Some(Box::new(deep)));
        }
        assert_eq!(text(&deep).matches("down").count(), 1 + DEEPEST / 2);
    }
}
