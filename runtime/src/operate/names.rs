//! Names of Kubernetes objects and of alerts.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

/// A label of RFC 1123: 1 to 63 of `a-z`, `0-9` and `-`, the first and last no `-`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct DnsLabel(String);

impl DnsLabel {
    /// A name that is known to be valid.
    pub(super) fn fixed(name: &'static str) -> Self {
        debug_assert!(is_label(name));
        Self(name.to_owned())
    }
}

impl TryFrom<String> for DnsLabel {
    type Error = String;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        if is_label(&name) {
            Ok(Self(name))
        } else {
            Err(format!(
                "`{name}` is not a name in Kubernetes (RFC 1123): 1 to 63 of `a-z`, `0-9` and `-`, the \
                 first and last no `-`"
            ))
        }
    }
}

impl TryFrom<&str> for DnsLabel {
    type Error = String;

    fn try_from(name: &str) -> Result<Self, Self::Error> {
        name.to_owned().try_into()
    }
}

/// Joins the words between `-`: `api-latency` becomes `ApiLatency`.
pub(super) fn title(words: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str())
    };
    words.split('-').filter_map(capital).collect()
}

fn is_label(name: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&name.len())
        && name.bytes().all(inner)
        && !name.starts_with('-')
        && !name.ends_with('-')
}

impl Deref for DnsLabel {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DnsLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
