//! Locations in the source.

use std::fmt;

/// A location in the source, as the compiler names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceLocation {
    /// The file, relative to the directory in which the compiler ran.
    pub file: &'static str,
    /// The line, from 1.
    pub line: u32,
    /// The module path.
    pub module: &'static str,
}

impl SourceLocation {
    /// The location of `file!()`, `line!()` and `module_path!()`.
    pub const fn new(file: &'static str, line: u32, module: &'static str) -> Self {
        Self { file, line, module }
    }

    /// The location of the caller, in the module `module_path!()`. It expands to less code than all three macros.
    #[track_caller]
    #[doc(hidden)]
    pub const fn here(module: &'static str) -> Self {
        let caller = std::panic::Location::caller();
        Self { file: caller.file(), line: caller.line(), module }
    }
}

/// Writes `file:line`, which editors and terminals open.
impl fmt::Display for SourceLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}
