//! The parts of a closing line that never change, escaped once.

use tracing_core::Level;

use super::{escape, line};
use crate::declare::Operation;

/// What stands in every line of one operation at one level.
#[derive(Debug)]
pub(crate) struct Constant {
    /// From behind the timestamp's digits to the message's opening quote.
    pub(super) head: Box<[u8]>,
    /// As `head`, and the beginning of a call's message: up to the outcome.
    pub(super) head_of_call: Box<[u8]>,
    /// From the message's closing quote to the place in the source.
    pub(super) place: Box<[u8]>,
    /// The operation's name, as a member with the comma before it; empty where there is none.
    pub(super) operation: Box<[u8]>,
    /// The function's name without its module; empty where there is none.
    pub(super) short: &'static str,
    /// The names of the fields that it captures, each with the comma before it and the colon after it.
    pub(super) names: Box<[Box<[u8]>]>,
}

impl Constant {
    pub(super) fn new(
        level: Level,
        target: &str,
        operation: Option<&'static Operation>,
        captured: &[&str],
    ) -> Self {
        let mut head = b"\"".to_vec();
        member(&mut head, "level", level.as_str());
        member(&mut head, "target", target);
        head.extend_from_slice(b",\"message\":\"");
        let (mut place, mut name) = (b"\"".to_vec(), Vec::new());
        if let Some(operation) = operation {
            member(&mut place, "module", operation.place.module);
            member(&mut place, "function", operation.name);
            place.extend_from_slice(format!(",\"line\":{}", operation.place.line).as_bytes());
            member(&mut name, "operation", operation.name);
        }
        let short = operation
            .map_or("", |operation| operation.name.rsplit("::").next().unwrap_or(operation.name));
        let mut head_of_call = head.clone();
        escape::push(&mut head_of_call, short);
        head_of_call.push(b' ');
        let names = captured.iter().map(|captured| line::name(captured).into()).collect();
        Self {
            head: head.into(),
            head_of_call: head_of_call.into(),
            place: place.into(),
            operation: name.into(),
            short,
            names,
        }
    }
}

fn member(out: &mut Vec<u8>, name: &str, value: &str) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":\"");
    escape::push(out, value);
    out.push(b'"');
}
