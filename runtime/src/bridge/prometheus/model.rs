//! The two data models of the `prometheus` crate, read alike.
//!
//! Which one it has is decided by its feature `protobuf`, which any other crate in the binary may switch
//! on: the default one. What differs between them is bridged by traits that inherent methods, where they
//! exist, take precedence over.

use prometheus::proto::{Counter, Gauge, Metric};

/// Reads a value in either model: only the generated one has `value`, only the plain one `get_value`.
#[allow(dead_code, reason = "unused in the generated model")]
pub(super) trait Value {
    fn value(&self) -> f64;
}

#[allow(dead_code, reason = "unused in the plain model, whose types have a method of that name")]
trait PlainValue {
    fn get_value(&self) -> f64 {
        f64::NAN
    }
}

impl PlainValue for Counter {}
impl PlainValue for Gauge {}

impl Value for Counter {
    fn value(&self) -> f64 {
        self.get_value()
    }
}

impl Value for Gauge {
    fn value(&self) -> f64 {
        self.get_value()
    }
}

#[allow(dead_code, reason = "unused in the plain model, which has a method of that name")]
trait PlainUntyped {
    fn get_untyped(&self) -> Unreadable {
        Unreadable
    }
}

impl PlainUntyped for Metric {}

#[allow(dead_code, reason = "unused in the plain model")]
struct Unreadable;

#[allow(dead_code, reason = "unused in the plain model")]
impl Unreadable {
    #[expect(clippy::unused_self, reason = "stands in for a method of the plain model")]
    fn get_value(&self) -> Option<f64> {
        None
    }
}

/// A value of unknown kind; `None` in the generated model, where it cannot be read without the `protobuf`
/// crate. `prometheus` itself makes no such metrics.
#[allow(deprecated, reason = "deprecated without a replacement")]
pub(super) fn untyped(metric: &Metric) -> Option<f64> {
    #[allow(clippy::useless_conversion, reason = "it converts in one of the models")]
    metric.get_untyped().get_value().into()
}
