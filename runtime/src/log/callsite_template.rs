//! The constant parts of the lines of one callsite, written once.

use std::collections::HashMap;
use std::sync::atomic::AtomicU64;
use std::sync::{LazyLock, Mutex};

use tracing_core::Metadata;

use super::key::{Key, has_twins};
use super::log_line::LogLine;
use crate::log::guard::Guard;
use crate::record::direct_mapped_cache::DirectMappedCache;
use crate::record::sync_lock;

/// The constant parts of a callsite's lines.
#[derive(Debug)]
pub(crate) struct CallsiteTemplate {
    /// The level and the target.
    pub(crate) head: Box<[u8]>,
    /// The module and the line of the source.
    pub(crate) location: Box<[u8]>,
    /// Whether the first field is the message.
    pub(crate) has_message: bool,
    /// Whether the line can be written in one pass: the message is the first field or absent, and
    /// no name occurs twice.
    pub(crate) is_plain: bool,
    pub(crate) members: Box<[Member]>,
    /// The name bits of all fields.
    pub(crate) names: u64,
    /// Whether this is the callsite of all records of the `log` crate.
    pub(crate) is_record: bool,
    /// What takes its events, as the layer of stories stores it.
    pub(crate) takes: AtomicU64,
}

/// A field.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: &'static str,
    pub(crate) key: Key,
    /// Which of its values may be written.
    pub(crate) guard: Guard,
    /// Whether its value is written without further checks: any value is allowed, it is not the
    /// message, and no other field has its key.
    pub(crate) is_direct: bool,
}

impl CallsiteTemplate {
    fn of(metadata: &'static Metadata<'static>) -> Self {
        let is_record = metadata.name() == "log event"
            && metadata.fields().iter().any(|field| field.name() == "log.target");
        let head = LogLine::part(|line| {
            line.text("level", metadata.level().as_str());
            if !is_record {
                line.text("target", metadata.target());
            }
        });
        let location = LogLine::part(|line| {
            if let Some(module) = metadata.module_path() {
                line.text("module", module);
            }
            if let Some(number) = metadata.line() {
                line.number("line", number);
            }
        });
        let names: Vec<&'static str> = metadata.fields().iter().map(|field| field.name()).collect();
        let member = |name: &&'static str| {
            let guard = Guard::of(name);
            let is_direct = guard == Guard::Open && *name != MESSAGE;
            Member { name, key: Key::new(name), guard, is_direct }
        };
        let mut members: Box<[Member]> = names.iter().map(member).collect();
        let bits = members.iter().fold(0, |bits, member| bits | member.key.bit());
        let has_message = names.first() == Some(&MESSAGE);
        let has_twins = has_twins(members.iter().map(|member| &member.key));
        let is_plain = !has_twins && !names.iter().skip(1).any(|name| *name == MESSAGE);
        if !is_plain {
            members.iter_mut().for_each(|member| member.is_direct = false);
        }
        Self {
            head,
            location,
            has_message,
            is_plain,
            members,
            names: bits,
            is_record,
            takes: AtomicU64::new(0),
        }
    }
}

impl CallsiteTemplate {
    /// The name bits of the fields that a line has beside its own members.
    pub(crate) const fn names_in_line(&self) -> u64 {
        // The fields of a record are the line's own members.
        if self.is_record { 0 } else { self.names }
    }
}

/// The field that contains an event's text.
pub(crate) const MESSAGE: &str = "message";

type CacheEntry = (&'static Metadata<'static>, &'static CallsiteTemplate);

/// How many callsites the cache of a thread has slots for.
const RECENT: usize = 256;

thread_local! {
    static TEMPLATES: DirectMappedCache<CacheEntry, RECENT> = const { DirectMappedCache::new() };
}

/// The template of a callsite. A callsite that the thread's cache contains needs no lock and no
/// hash.
#[inline]
pub(crate) fn template(metadata: &'static Metadata<'static>) -> &'static CallsiteTemplate {
    TEMPLATES.with(|templates| {
        // Static metadata is contiguous, so neighbours get different slots.
        let index = std::ptr::from_ref(metadata).addr() / size_of::<Metadata<'_>>();
        let is_it = |(cached, _): &CacheEntry| std::ptr::eq(*cached, metadata);
        templates.get_or_insert_with(index, is_it, || (metadata, shared(metadata))).1
    })
}

#[cold]
fn shared(metadata: &'static Metadata<'static>) -> &'static CallsiteTemplate {
    static ALL: LazyLock<Mutex<HashMap<usize, &'static CallsiteTemplate>>> =
        LazyLock::new(Mutex::default);
    let address = std::ptr::from_ref(metadata).addr();
    // Callsites live as long as the process, and so do their templates.
    let new =
        || -> &'static CallsiteTemplate { Box::leak(Box::new(CallsiteTemplate::of(metadata))) };
    sync_lock(&ALL).entry(address).or_insert_with(new)
}
