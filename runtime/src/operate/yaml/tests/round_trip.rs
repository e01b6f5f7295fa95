//! A parser reads the values that were written.

use proptest::prelude::*;
use serde_json::Value;
use yaml_rust2::{Yaml, YamlLoader};

use super::super::text;
use super::values::value;

/// The value of a parsed document; `None` if it is none that JSON has.
fn read(yaml: Yaml) -> Option<Value> {
    Some(match yaml {
        Yaml::Null => Value::Null,
        Yaml::Boolean(boolean) => boolean.into(),
        Yaml::Integer(integer) => integer.into(),
        Yaml::Real(float) => float.parse::<f64>().ok()?.into(),
        Yaml::String(text) => text.into(),
        Yaml::Array(items) => items.into_iter().map(read).collect::<Option<Vec<_>>>()?.into(),
        Yaml::Hash(entries) => {
            let entry = |(key, value): (Yaml, _)| Some((key.into_string()?, read(value)?));
            entries.into_iter().map(entry).collect::<Option<serde_json::Map<_, _>>>()?.into()
        }
        Yaml::Alias(_) | Yaml::BadValue => return None,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_parser_reads_what_was_written(value in value()) {
        let text = text(&value);
        let documents = YamlLoader::load_from_str(&text)
            .map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        let read: Option<Vec<_>> = documents.into_iter().map(read).collect();
        prop_assert_eq!(read, Some(vec![value]), "{}", text);
        // Editors would remove a blank at the end of a line.
        let has_blank = text.lines().any(|line| line.ends_with([' ', '\t']));
        prop_assert!(text.ends_with('\n') && !has_blank, "{}", text);
    }
}
