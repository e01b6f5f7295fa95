//! The fields of every closing event. The event has the names from here, and the conventions for OpenTelemetry have the
//! meanings. The fields that an operation captures follow them.

/// A field of all closing events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClosingField {
    /// Its name in the event and in the line.
    pub name: &'static str,
    /// The type of its value.
    pub kind: FieldKind,
    /// Its meaning, and when it is present.
    pub about: &'static str,
}

/// The type of a field's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldKind {
    /// Text.
    Text,
    /// An integer.
    Integer,
    /// A number that may have a fraction.
    Number,
}

const fn field(name: &'static str, kind: FieldKind, about: &'static str) -> ClosingField {
    ClosingField { name, kind, about }
}

/// The fields, in the order in which closing events have them.
pub const CLOSING_FIELDS: [ClosingField; 13] = [
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
    field(
        "busy_ms",
        FieldKind::Number,
        "How many milliseconds its polls took, where one blocked its thread too long.",
    ),
    field(
        "longest_poll_ms",
        FieldKind::Number,
        "How many milliseconds the longest of these polls took.",
    ),
];
