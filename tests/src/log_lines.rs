//! A reader of log lines that refuses a line with the same key twice. `serde_json` would silently take the later value.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::{Map, Value};

struct Strict(Map<String, Value>);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Strict;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Strict, A::Error> {
                let mut members = Map::new();
                while let Some((key, value)) = access.next_entry::<String, Value>()? {
                    if members.insert(key.clone(), value).is_some() {
                        return Err(A::Error::custom(format!("`{key}` comes twice")));
                    }
                }
                Ok(Strict(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// The lines of a log, each parsed, but for the warnings of slow polls: on a busy machine any poll may be slow.
///
/// # Panics
/// When one is not a JSON object, has a key twice, has a character that some reader takes for the end of a line, or does not end.
pub fn parse(text: &str) -> Vec<Value> {
    assert!(text.is_empty() || text.ends_with('\n'), "a line does not end");
    assert!(!text.contains(['\r', '\u{85}', '\u{2028}', '\u{2029}']), "{text:.3000}");
    // `split`, not `lines`: a line that a value ended would show as one that does not parse.
    let lines = text.split_terminator('\n');
    let parsed = lines.map(|line| match serde_json::from_str::<Strict>(line) {
        Ok(Strict(members)) => Value::Object(members),
        Err(error) => panic!("{error}: {line:.3000}"),
    });
    parsed.filter(|line| line["target"] != "goldsignal::slow_poll").collect()
}
