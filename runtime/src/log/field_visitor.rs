//! Visits the values of `tracing` events and spans as field values.

use std::fmt::Debug;

use tracing_core::field::{Field, Visit};

use crate::declare::FieldValue;

/// Calls a function with every value.
pub(crate) struct FieldVisitor<F>(pub(crate) F);

impl<F: FnMut(&Field, FieldValue<'_>)> Visit for FieldVisitor<F> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        (self.0)(field, FieldValue::F64(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        (self.0)(field, FieldValue::I64(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        (self.0)(field, FieldValue::U64(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        (self.0)(field, FieldValue::Bool(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        (self.0)(field, FieldValue::Text(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        (self.0)(field, FieldValue::Debug(value));
    }
}
