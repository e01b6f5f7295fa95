//! What every closing event tells, before what its operation captures: each field's name and meaning, once.

/// A field of closing events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClosingField {
    /// Its name in the event and in the line.
    pub name: &'static str,
    /// What its value is.
    pub kind: FieldKind,
    /// What it tells, and when it is there.
    pub about: &'static str,
}

/// What a field's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
}

const fn field(name: &'static str, kind: FieldKind, about: &'static str) -> ClosingField {
    ClosingField { name, kind, about }
}

/// The fields, in the order in which events have them.
pub const CLOSING_FIELDS: [ClosingField; 11] = [
    field("message", FieldKind::Text, "What ended, and how."),
    field("outcome", FieldKind::Text, "How it ended."),
    field("duration_ms", FieldKind::Number, "How many milliseconds it took."),
    field("error_type", FieldKind::Text, "The fault's finite name, where it failed."),
    field("method", FieldKind::Text, "A request's method."),
    field("endpoint", FieldKind::Text, "A request's route."),
    field("status", FieldKind::Integer, "The answer's status, where one was sent."),
    field("operation", FieldKind::Text, "The operation, where one is known."),
    field(
        "head_ms",
        FieldKind::Number,
        "After how many milliseconds the answer's head was there, where its body took long.",
    ),
    field(
        "request_bytes",
        FieldKind::Integer,
        "Bytes read of the request's body, where there were any.",
    ),
    field(
        "response_bytes",
        FieldKind::Integer,
        "Bytes sent of the answer's body, where there were any.",
    ),
];
