//! YAML of typed values.

use serde::Serialize;

/// `value` as a YAML document.
///
/// # Panics
/// When `value` has a shape that YAML has not, such as a map whose keys are no scalars.
pub fn text(value: &impl Serialize) -> String {
    let options = serde_saphyr::ser_options! {
        // Long texts are folded where they have a space, which reads as the space again.
        folded_wrap_chars: 120,
    };
    let mut text = String::new();
    serde_saphyr::to_fmt_writer_with_options(&mut text, value, options)
        .unwrap_or_else(|error| panic!("cannot be written as YAML: {error}"));
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}
