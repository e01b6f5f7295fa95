//! A reader of log lines that refuses a key that comes twice: a map would keep one of the two in silence.

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

/// The lines of a log.
///
/// # Panics
/// When one is no object, or has a key twice.
pub fn lines(text: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(text).expect("text");
    // `split`, not `lines`: a line that a value ended would show as one that does not parse.
    let lines = text.split_terminator('\n');
    let parsed = lines.map(|line| match serde_json::from_str::<Strict>(line) {
        Ok(Strict(members)) => Value::Object(members),
        Err(error) => panic!("{error}: {line:.3000}"),
    });
    parsed.collect()
}
