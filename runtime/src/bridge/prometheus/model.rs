//! Reads the two data models of the `prometheus` crate in the same way.
//!
//! Its feature `protobuf`, which is on by default, selects the generated model instead of the plain one. Any crate in the
//! binary may enable it. The methods that only one of the models has are defined here in traits: where the method exists
//! as an inherent one, that takes precedence.

use prometheus::proto::{Counter, Gauge, Metric};

/// Reads a value in either model: the generated one has `value`, the plain one `get_value`.
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

/// The value of a metric of unknown kind; `None` in the generated model, where only the `protobuf` crate could read it.
/// `prometheus` itself makes no such metrics.
#[allow(deprecated, reason = "deprecated without a replacement")]
pub(super) fn untyped(metric: &Metric) -> Option<f64> {
    #[allow(clippy::useless_conversion, reason = "it converts in one of the models")]
    metric.get_untyped().get_value().into()
}
