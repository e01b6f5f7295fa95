//! Values with texts that parsers could read as something else.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;

/// Parts of texts: indicators, blanks, what begins a number or a date, and what is longer than a line.
const PARTS: [&str; 52] = [
    "a", "b", "ä", "😀", "yes", "no", "on", "off", "y", "n", "null", "true", "false", "~", "<<",
    "=", "inf", ".nan", "0x", "0o", "0b", "0", "1", "12", "2024", "e", "E+", ".", "_", "+", "-",
    ":", ": ", " #", "#", ",", "[", "]", "{", "}", "&", "*", "!", "|", ">", "'", "\"", "%", "@",
    "`", "\\", "---",
];

const BLANKS: [&str; 7] = [" ", "  ", "\n", "\n\n", "\t", "\r", "\u{a0}"];

const LONG: [&str; 3] = [
    "a-word-that-is-longer-than-one-line-of-a-folded-text-is-allowed-to-be-because-nothing-in-it-is-a-blank-at-which-it-could-end",
    "some words that fill the most of a line without being longer than it, so that the next one begins another",
    "{\"json\": [1, 2,\n  3]}\n",
];

/// Any text; more often one that has to be quoted, folded or split into lines.
fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        8 => select(PARTS.as_slice()),
        4 => select(BLANKS.as_slice()),
        1 => select(LONG.as_slice()),
    ];
    prop_oneof![short(), vec(part, 0..30).prop_map(|parts| parts.concat()), any::<String>()]
}

fn short() -> impl Strategy<Value = String> {
    vec(select(PARTS.as_slice()), 0..5).prop_map(|parts| parts.concat())
}

/// A key: parsers refuse one that is longer than 1024 bytes.
fn key() -> impl Strategy<Value = String> {
    prop_oneof![short(), ".{0,80}"]
}

/// Lists and maps of such texts, with numbers, booleans and nulls among them.
pub(super) fn value() -> impl Strategy<Value = Value> {
    let float = any::<f64>().prop_filter("JSON has it", |float| float.is_finite());
    let scalar = prop_oneof![
        6 => text().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => float.prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    scalar.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            btree_map(key(), inner, 0..5)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}
