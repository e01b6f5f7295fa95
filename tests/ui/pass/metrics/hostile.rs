//! Every name that an expansion uses is defined as something else.
#![allow(dead_code, non_camel_case_types, unused_macros)]
#![forbid(unsafe_code)]

pub extern crate goldsignal as gs;

struct Option;
struct Result;
struct Some;
struct None;
struct String;
struct str;
struct usize;
struct OnceLock;
struct Descriptor;
struct Kind;
trait Metric {}
mod core {}
mod std {}
mod linkme {}
mod goldsignal {}
macro_rules! assert { () => {}; }
macro_rules! matches { () => {}; }
macro_rules! here { () => {}; }

/// Metrics.
#[derive(gs::Metrics)]
#[metrics(crate = gs, prefix = "x_")]
struct Metrics {
    /// Metrics.
    metrics_total: gs::Counter,
    /// Families.
    family: gs::Gauge,
    /// Self.
    #[metric(name = "self_seconds")]
    r#static: gs::Histogram,
}

fn main() {
    Metrics::get().metrics_total.inc();
}
