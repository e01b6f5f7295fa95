//! `hash(value)`: a keyed hash, so that equal values are found in the log without being readable.

use super::fields::ProbedField;
use crate::declare::FieldValue;
use crate::record::hash_key;

/// `hash(value)`: sixteen hexadecimal digits that are equal for equal values.
pub(super) fn hash<T: std::hash::Hash + ?Sized>(value: &T) -> ProbedField<T, FieldValue<'static>> {
    ProbedField::new(FieldValue::Hash(hash_key::keyed(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_have_equal_hashes() {
        let digits = |value: &str| format!("{:?}", hash(value).value());
        assert_eq!(digits("a"), digits("a"));
        assert_ne!(digits("a"), digits("b"));
    }
}
