//! The attribute macros and derives of goldsignal. Their documentation is on goldsignal's re-exports.

mod diagnostics;
mod help;
mod once;
mod paths;
