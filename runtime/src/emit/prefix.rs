//! The constant start of a closing line: its members from the level to the outcome.

use super::closing::{Message, message};
use crate::log::escape;
use crate::log::log_line::LogLine;
use crate::log::prefix_cache::PrefixKey;
use crate::observe::ended::{Ended, EventSource};

/// The cached prefix.
#[inline]
pub(super) fn cached(ended: &Ended, source: &EventSource) -> Option<&'static [u8]> {
    source.site.prefixes.get(&key(ended, source))
}

#[inline]
fn key(ended: &Ended, source: &EventSource) -> PrefixKey {
    PrefixKey {
        outcome: ended.verdict.outcome,
        status: source.status(ended),
        is_stream: source.is_stream,
        method: source.request.map(|(method, _)| method),
    }
}

/// Writes the prefix, and caches it.
pub(super) fn write_and_cache(line: &mut LogLine, ended: &Ended, source: &EventSource) {
    let start = line.len();
    write(line, ended, source);
    // Endpoints without an operation share one callsite, so their prefixes differ by more than the key.
    if source.operation.is_some() {
        source.site.prefixes.insert(key(ended, source), line.since(start));
    }
}

fn write(line: &mut LogLine, ended: &Ended, source: &EventSource) {
    let metadata = source.site.metadata();
    line.text("level", metadata.map_or("", |metadata| metadata.level().as_str()));
    line.text("target", metadata.map_or("", |metadata| metadata.target()));
    line.put(|reserved| {
        let Message(parts) = message(source, ended);
        let reserved = reserved.bytes(b",\"message\":\"")?;
        parts.iter().try_fold(reserved, |reserved, part| escape::push(reserved, part))?.bytes(b"\"")
    });
    if let Some(operation) = source.operation {
        line.text("module", operation.location.module);
        line.text("function", operation.name);
        line.number("line", operation.location.line);
        line.text("operation", operation.name);
    }
    if let Some((method, endpoint)) = source.request {
        line.text("method", method);
        line.text("endpoint", endpoint.path);
    }
    if let Some(status) = source.status(ended) {
        line.number("status", status);
    }
    line.text("outcome", ended.verdict.outcome.as_str());
}
