mod round_trip;
mod values;

use std::collections::BTreeMap;

use serde_json::json;

use super::text;

/// The scalar that is written for a text in a map.
fn scalar(value: &str) -> String {
    let map = text(&json!({ "key": value }));
    map.strip_prefix("key: ").unwrap().trim_end().to_owned()
}

#[test]
fn lists_and_maps_are_blocks() {
    let value = json!({
        "a": [{ "b": 1, "c": { "d": null } }, [["x"], []]],
        "e": {},
        "f": [true, -2, { "g": [] }, {}],
    });
    let expected = "\
a:
- b: 1
  c:
    d: null
- - - x
  - []
e: {}
f:
- true
- -2
- g: []
- {}
";
    assert_eq!(text(&value), expected);
    for (alone, expected) in [(json!("x"), "x\n"), (json!([]), "[]\n"), (json!([[1]]), "- - 1\n")] {
        assert_eq!(text(&alone), expected);
    }
}

#[test]
fn floats_are_floats_for_old_parsers_too() {
    let floats = [1.0, -0.001, 1e16, 1.5e-7, 1e-9, f64::NAN];
    let expected = "- 1.0\n- -0.001\n- 1.0e+16\n- 1.5e-7\n- 1.0e-9\n- null\n";
    assert_eq!(text(&floats), expected);
}

#[test]
fn keys_are_texts_on_one_line() {
    let keys = BTreeMap::from([(1, "a"), (2, "b")]);
    assert_eq!(text(&keys), "\"1\": a\n\"2\": b\n");
    let key = "a ".repeat(100) + "b\nc";
    let map = BTreeMap::from([(&key, [1])]);
    assert_eq!(text(&map), format!("{key:?}:\n- 1\n"));
}

#[test]
#[should_panic(expected = "cannot be written as YAML: a key is longer than 1024 bytes")]
fn a_key_that_parsers_would_not_find_is_refused() {
    let key = |length| BTreeMap::from([("k".repeat(length), 1)]);
    assert!(text(&key(1024)).ends_with("k: 1\n"));
    text(&key(1025));
}

#[test]
fn only_texts_that_could_be_misread_have_quotes() {
    let plain = [
        "a",
        "30s",
        "5m",
        "1d",
        "30d",
        "a b",
        "a, b",
        "a:b",
        "a#b",
        "127.0.0.1:9464",
        "8cae41a3",
        "0x20 0+1x9",
        "0+100x12",
        "sum(a{b=\"c\"}[5m])",
        "nothing",
        "yesterday",
        "https://a/b#c?d=e&f",
        "ä€😀",
        "it's",
        "<<<",
        "==",
    ];
    for value in plain {
        assert_eq!(scalar(value), value);
    }
    let double = [
        "",
        " ",
        " a",
        "a ",
        "~",
        "null",
        "Null",
        "TRUE",
        "false",
        "yes",
        "No",
        "ON",
        "off",
        "y",
        "N",
        "=",
        "<<",
        "1",
        "-1",
        "+1",
        "++0",
        "1.0",
        ".5",
        "1.",
        "1e3",
        "1E+3",
        "-1.5e-3",
        "0x1F",
        "0o17",
        "0b11",
        "017",
        "1_000",
        "1.0.0",
        "1:30",
        "1:30.5",
        "-12:30:45",
        ".inf",
        "-.INF",
        ".NaN",
        "2024-02-29",
        "2024-2-9",
        "2024-02-29T12:30:45.5Z",
        "2024-02-29 12:30:45 +01:00",
        "- a",
        "-a",
        "---",
        "...",
        "? a",
        ": a",
        "a: b",
        "a:",
        "a #b",
        "#a",
        ",",
        "[a]",
        "{a}",
        "&a",
        "*a",
        "!a",
        "|",
        ">",
        "'a'",
        "%a",
        "@a",
        "`a`",
    ];
    for value in double {
        assert_eq!(scalar(value), format!("\"{value}\""));
    }
}

#[test]
fn quotes_are_those_that_need_no_escapes() {
    assert_eq!(scalar(r#"{a="b\c"}"#), r#"'{a="b\c"}'"#);
    assert_eq!(scalar(r#"{a="it's"}"#), r#""{a=\"it's\"}""#);
    let hidden = "a\tb\r\u{0}\u{7f}\u{85}\u{a0}\u{2028}\u{feff}\u{ffff}\"\\";
    let expected = "\"a\\tb\\r\\u0000\\u007F\\u0085\u{a0}\\u2028\\uFEFF\\uFFFF\\\"\\\\\"";
    assert_eq!(scalar(hidden), expected);
}

#[test]
fn lines_stay_lines() {
    let value = json!({ "a": ["x: {\n\n  # y\n"], "b": "\"x\"\ny", "c": "x\n\n\n", "d": 1 });
    let expected = "\
a:
- |
  x: {

    # y
b: |-
  \"x\"
  y
c: |+
  x


d: 1
";
    assert_eq!(text(&value), expected);
    for value in ["\nx", " x\ny", "\tx\ny", "x \ny", "x\ny ", "x\ny\t", "x\n\r", "\n", "\n\n"] {
        assert!(scalar(value).starts_with('"'), "{value:?}: {}", scalar(value));
    }
}

#[test]
fn a_long_text_is_folded_between_words() {
    let (a, b) = ("a".repeat(60), "b".repeat(59));
    let fits = format!("{a} {b}");
    assert_eq!(scalar(&fits), fits);
    let folded = format!("{a} {b} # {b} {a}b {a}{b}{a}  c");
    let expected = format!(">-\n  {a} {b}\n  # {b}\n  {a}b\n  {a}{b}{a}  c");
    assert_eq!(scalar(&folded), expected);
    assert_eq!(scalar(&format!("{{ {a} {b}")), format!(">-\n  {{ {a}\n  {b}"));
    assert_eq!(text(&[format!("{a}{b}ää")]), format!("- >-\n  {a}{b}ää\n"));
    for value in [format!(" {a}{b}{a}"), format!("{a}{b}{a} "), format!("{a}{b}{a}\r")] {
        assert!(scalar(&value).starts_with('"'), "{value}: {}", scalar(&value));
    }
}
