//! Callsites made at run time: each operation has one for every level of its closing event.
//!
//! Ordinary `tracing` events need a static callsite each, a dozen lines of data in every expansion. Made at
//! first use and kept for ever, they cost the user's crate nothing to compile.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, Ordering};

use tracing_core::callsite::{Callsite, Identifier};
use tracing_core::field::FieldSet;
use tracing_core::{Dispatch, Interest, Kind, Level, LevelFilter, Metadata};

use super::exclusive_interest::{ExclusiveInterest, LogId};
use super::key::{Key, has_twins};
use super::log_line;
use super::prefix_cache::PrefixCache;
use super::repeats::Repeats;
use crate::declare::{CLOSING_FIELDS, Operation};

/// The name of closing events.
static NAME: &str = "goldsignal.closing";

/// Whether it is that of a closing event, and not just called so.
#[cfg(feature = "traces")]
pub(crate) fn is_closing(metadata: &Metadata<'_>) -> bool {
    std::ptr::eq(metadata.name(), NAME)
}

/// The target of closing events: the module of the operation, or `goldsignal::request` where none is known.
pub(crate) const REQUEST_TARGET: &str = "goldsignal::request";

/// The fields that every closing event has, before those that the operation captures.
pub(crate) const FIXED: [&str; CLOSING_FIELDS.len()] = {
    let mut names = [""; CLOSING_FIELDS.len()];
    let mut field = 0;
    while field < names.len() {
        names[field] = CLOSING_FIELDS[field].name;
        field += 1;
    }
    names
};

/// How many fields a set of `tracing` can have.
pub(crate) const MAX_FIELDS: usize = 32;

fn short(operation: &'static Operation) -> &'static str {
    operation.name.rsplit("::").next().unwrap_or(operation.name)
}

/// A callsite made at run time, with the parts of its lines that never change.
#[derive(Debug)]
pub(crate) struct EventSite {
    metadata: OnceLock<Metadata<'static>>,
    interest: AtomicU8,
    exclusive: ExclusiveInterest,
    /// The operation's name without its module.
    pub(crate) short: &'static str,
    /// The names of the event's fields.
    pub(crate) names: &'static [&'static str],
    /// Those that the operation captures, and how lines name them.
    declared: Box<[(&'static str, Key)]>,
    /// Lines name two of them alike.
    pub(crate) has_twins: bool,
    /// The bits of the names of all members that its lines may have.
    pub(crate) members: u64,
    pub(crate) prefixes: PrefixCache,
}

impl EventSite {
    fn leak(level: Level, operation: Option<&'static Operation>) -> &'static Self {
        let captured = operation.map_or(&[][..], |operation| operation.fields);
        let mut names = FIXED.to_vec();
        for name in captured.iter().map(|name| log_line::bare(name)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.truncate(MAX_FIELDS);
        let names: &'static [&'static str] = names.leak();
        let declared = names[FIXED.len()..].iter().map(|name| (*name, Key::in_closing(name)));
        let declared: Box<[(&str, Key)]> = declared.collect();
        let target = operation.map_or(REQUEST_TARGET, |operation| operation.location.module);
        let site: &'static Self = Box::leak(Box::new(Self {
            metadata: OnceLock::new(),
            interest: AtomicU8::new(0),
            exclusive: ExclusiveInterest::new(),
            short: operation.map_or("", short),
            names,
            has_twins: has_twins(declared.iter().map(|(_, key)| key)),
            members: declared
                .iter()
                .fold(log_line::names_of_closing(), |names, (_, key)| names | key.bit()),
            declared,
            prefixes: PrefixCache::new(),
        }));
        let location = operation.map(|operation| operation.location);
        let _ = site.metadata.set(Metadata::new(
            NAME,
            target,
            level,
            location.map(|location| location.file),
            location.map(|location| location.line),
            location.map(|location| location.module),
            FieldSet::new(names, Identifier(site)),
            Kind::EVENT,
        ));
        tracing_core::callsite::register(site);
        site
    }

    /// The event's metadata; there once the site is registered.
    #[inline]
    pub(crate) fn metadata(&'static self) -> Option<&'static Metadata<'static>> {
        self.metadata.get()
    }

    /// Whether anyone could want the event. Asked before anything else is done: where nobody does, that would be
    /// most of what an observation costs.
    #[inline]
    pub(crate) fn is_on(&'static self) -> bool {
        let level = self.metadata.get().map(Metadata::level);
        level.is_some_and(|level| *level <= LevelFilter::current())
            && self.interest.load(Ordering::Relaxed) != NEVER
    }

    /// Whether anyone wants the event now.
    #[inline]
    pub(crate) fn is_enabled(&'static self) -> bool {
        self.interest.load(Ordering::Relaxed) == ALWAYS
            || self.metadata.get().is_some_and(|metadata| {
                tracing_core::dispatcher::get_default(|dispatch| dispatch.enabled(metadata))
            })
    }

    /// The place of a captured field among those declared, from the place `from` on, and how lines name it. They come
    /// in their order, as a rule, and the compiler keeps one copy of a literal: then its address tells.
    #[inline]
    pub(crate) fn place(&self, from: usize, name: &'static str) -> Option<(usize, &Key)> {
        match self.declared.get(from) {
            Some((declared, key)) if std::ptr::eq(*declared, name) => Some((from, key)),
            _ => self.find(from, name),
        }
    }

    #[inline(never)]
    fn find(&self, from: usize, name: &'static str) -> Option<(usize, &Key)> {
        let name = log_line::bare(name);
        let mut others = self.declared.iter().enumerate().skip(from);
        others.find_map(|(place, (declared, key))| (*declared == name).then_some((place, key)))
    }

    /// Whether the event is for `log` alone, a layer of `subscriber`.
    #[inline]
    pub(crate) fn is_for(&'static self, log: LogId, subscriber: &Dispatch) -> bool {
        self.metadata().is_some_and(|metadata| self.exclusive.is(log, subscriber, metadata))
    }
}

const NEVER: u8 = 1;
const SOMETIMES: u8 = 2;
const ALWAYS: u8 = 3;

impl Callsite for EventSite {
    fn set_interest(&self, interest: Interest) {
        let interest = if interest.is_never() {
            NEVER
        } else if interest.is_always() {
            ALWAYS
        } else {
            SOMETIMES
        };
        self.interest.store(interest, Ordering::Relaxed);
        self.exclusive.forget();
    }

    fn metadata(&self) -> &Metadata<'_> {
        // Set before the site is registered, so before anyone can ask.
        self.metadata.get().unwrap_or_else(|| unreachable!("registered with its metadata"))
    }
}

/// The callsites of one operation, by level, and how often its errors were told.
#[derive(Debug)]
pub(crate) struct Callsites {
    events: [OnceLock<&'static EventSite>; 5],
    /// Made by the first error.
    repeats: OnceLock<&'static Repeats>,
}

impl Callsites {
    pub(crate) const fn new() -> Self {
        Self { events: [const { OnceLock::new() }; 5], repeats: OnceLock::new() }
    }

    /// The errors of the operation, which is called `name`.
    pub(crate) fn repeats(&self, name: &'static str) -> &'static Repeats {
        self.repeats.get_or_init(|| Box::leak(Box::new(Repeats::new(name))))
    }

    /// The callsite for `level` of `operation`, or of requests that belong to none.
    pub(crate) fn get(
        &self,
        level: crate::declare::Level,
        operation: Option<&'static Operation>,
    ) -> &'static EventSite {
        self.events[level as usize].get_or_init(|| EventSite::leak(tracing_level(level), operation))
    }
}

pub(crate) fn tracing_level(level: crate::declare::Level) -> Level {
    match level {
        crate::declare::Level::Trace => Level::TRACE,
        crate::declare::Level::Debug => Level::DEBUG,
        crate::declare::Level::Info => Level::INFO,
        crate::declare::Level::Warn => Level::WARN,
        crate::declare::Level::Error => Level::ERROR,
    }
}
