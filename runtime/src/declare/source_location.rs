//! Where in the source something is declared.

use std::fmt;

/// A place in the source, as the compiler names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceLocation {
    /// The file, relative to where the compiler ran.
    pub file: &'static str,
    /// The line, from 1.
    pub line: u32,
    /// The module path.
    pub module: &'static str,
}

impl SourceLocation {
    /// Makes a place of `file!()`, `line!()` and `module_path!()`.
    pub const fn new(file: &'static str, line: u32, module: &'static str) -> Self {
        Self { file, line, module }
    }

    /// The place of whoever calls, in `module_path!()`: less to expand than all three.
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
