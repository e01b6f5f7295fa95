//! The registry format of `weaver`: the part of its YAML that the generated registry uses.

use serde::Serialize;

/// The stability of all entries: any release may change them.
pub(super) const STABILITY: &str = "development";

#[derive(Debug, Serialize)]
pub(super) struct Registry {
    pub(super) groups: Vec<Group>,
}

/// A group of attributes, a metric, or an event.
#[derive(Debug, Serialize)]
pub(super) struct Group {
    pub(super) id: String,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) stability: &'static str,
    pub(super) brief: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) metric_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) instrument: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) unit: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) attributes: Vec<Attribute>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Attribute {
    Declared(Declared),
    Referred {
        #[serde(rename = "ref")]
        to: String,
        requirement_level: &'static str,
    },
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Declared {
    pub(super) id: String,
    #[serde(rename = "type")]
    pub(super) kind: Type,
    pub(super) stability: &'static str,
    pub(super) brief: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) note: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) examples: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Type {
    Plain(&'static str),
    Members { members: Vec<Member> },
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Member {
    id: &'static str,
    value: &'static str,
    stability: &'static str,
}

impl Group {
    /// A group without the properties that only some kinds have.
    pub(super) fn new(
        kind: &'static str,
        id: String,
        brief: String,
        attributes: Vec<Attribute>,
    ) -> Self {
        Self {
            id,
            kind,
            stability: STABILITY,
            brief,
            name: None,
            metric_name: None,
            instrument: None,
            unit: None,
            attributes,
        }
    }

    /// A group that declares attributes. `None` if there are no attributes, because a registry must
    /// not contain an empty group.
    pub(super) fn declaring(id: String, brief: String, all: Vec<Declared>) -> Option<Self> {
        let all: Vec<_> = all.into_iter().map(Attribute::Declared).collect();
        (!all.is_empty()).then(|| Self::new("attribute_group", id, brief, all))
    }
}

impl Declared {
    pub(super) fn new(id: String, kind: Type, brief: String, examples: Vec<String>) -> Self {
        Self { id, kind, stability: STABILITY, brief, note: None, examples }
    }
}

impl Type {
    /// An enumeration of these values.
    pub(super) fn one_of(values: &[&'static str]) -> Self {
        let member = |value: &&'static str| Member { id: value, value, stability: STABILITY };
        Self::Members { members: values.iter().map(member).collect() }
    }
}
