//! Writes typed values as YAML.

use serde::Serialize;

/// `value` as a YAML document.
///
/// # Panics
/// When YAML cannot represent `value`: a map whose keys are not scalars, for example.
pub(super) fn text(value: &impl Serialize) -> String {
    let options = serde_saphyr::ser_options! {
        // Long texts are folded at a space; parsers read the line break as that space.
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
