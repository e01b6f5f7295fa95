//! Properties that hold for any input from outside: headers, label values, `RUST_LOG`.

mod accept;
mod context;
mod filter;
mod labels;
mod text_format;
mod tracestate;

use proptest::test_runner::Config;

/// So many cases; a failure is for the log, not for a file among the sources.
fn cases(cases: u32) -> Config {
    Config { cases, failure_persistence: None, ..Config::default() }
}
