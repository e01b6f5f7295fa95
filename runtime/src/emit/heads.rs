//! The part of a closing line that never changes for one way in which its operation ends, put together once.

use std::sync::OnceLock;

use super::closing::{About, Closing, Message};
use super::escape;
use super::line::Line;
use crate::observe::outcome::Outcome;

/// What tells the heads of one event apart: its level says the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Way {
    outcome: Outcome,
    status: Option<u16>,
    is_stream: bool,
    method: Option<&'static str>,
}

/// The heads of the lines of one event.
#[derive(Debug)]
pub(super) struct Heads([OnceLock<(Way, Box<[u8]>)>; KEPT]);

/// How many heads are kept: of one operation and level hardly more are seen often.
const KEPT: usize = 4;

impl Heads {
    pub(super) const fn new() -> Self {
        Self([const { OnceLock::new() }; KEPT])
    }

    /// The head: all from the level to the outcome. One that is not kept is written at once, and nothing is left of it.
    #[inline]
    pub(super) fn head(&self, line: &mut Line, closing: &Closing, about: &About) -> &[u8] {
        let way = Way {
            outcome: closing.verdict.outcome,
            status: about.status(closing),
            is_stream: about.is_stream,
            method: about.request.map(|(method, _)| method),
        };
        let mut kept = self.0.iter().map_while(OnceLock::get);
        if let Some((_, head)) = kept.find(|(known, _)| *known == way) {
            return head;
        }
        self.keep(way, line, closing, about);
        &[]
    }

    #[cold]
    fn keep(&self, way: Way, line: &mut Line, closing: &Closing, about: &About) {
        let start = line.len();
        write(line, closing, about);
        // Endpoints without an operation share their event.
        if about.operation.is_some() {
            let head = line.since(start);
            let _ = self.0.iter().find_map(|place| place.set((way, head.into())).ok());
        }
    }
}

fn write(line: &mut Line, closing: &Closing, about: &About) {
    let metadata = about.site.metadata();
    line.text("level", metadata.map_or("", |metadata| metadata.level().as_str()));
    line.text("target", metadata.map_or("", |metadata| metadata.target()));
    line.put(|room| {
        let Message(parts) = about.message(closing);
        let room = room.bytes(b",\"message\":\"")?;
        parts.iter().try_fold(room, |room, part| escape::push(room, part))?.bytes(b"\"")
    });
    if let Some(operation) = about.operation {
        line.text("module", operation.location.module);
        line.text("function", operation.name);
        line.number("line", operation.location.line);
        line.text("operation", operation.name);
    }
    if let Some((method, endpoint)) = about.request {
        line.text("method", method);
        line.text("endpoint", endpoint.path);
    }
    if let Some(status) = about.status(closing) {
        line.number("status", status);
    }
    line.text("outcome", closing.verdict.outcome.as_str());
}
