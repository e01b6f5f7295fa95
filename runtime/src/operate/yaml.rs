//! Writes typed values as YAML.

mod formatter;
mod plain;
mod scalar;

use serde::Serialize;

use formatter::YamlFormatter;

/// `value` as a YAML document, which ends with a line break.
///
/// Lists and maps are in block style. A text is a plain scalar if every parser reads that as the
/// same text, a block scalar if it is long or has several lines, and quoted otherwise. As in JSON,
/// keys are texts, and a number that is infinite or not a number becomes `null`.
///
/// # Panics
/// When YAML cannot represent `value`: a map whose keys are not scalars, or longer than 1024 bytes.
pub(super) fn text(value: &impl Serialize) -> String {
    let mut text = Vec::new();
    let mut serializer =
        serde_json::Serializer::with_formatter(&mut text, YamlFormatter::default());
    value
        .serialize(&mut serializer)
        .unwrap_or_else(|error| panic!("cannot be written as YAML: {error}"));
    text.push(b'\n');
    String::from_utf8(text).expect("the formatter writes UTF-8")
}

#[cfg(test)]
mod tests;
