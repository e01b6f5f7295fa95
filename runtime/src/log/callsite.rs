//! Callsites created at run time: each operation has one for every level of its closing event.
//!
//! Ordinary `tracing` events need one static callsite each, a dozen lines of data in every
//! expansion. Callsites that are created at first use and live as long as the process add nothing
//! to compile in the user's crate.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, Ordering};

use tracing_core::callsite::{Callsite, Identifier};
use tracing_core::field::FieldSet;
use tracing_core::{Dispatch, Interest, Kind, Level, LevelFilter, Metadata};

use super::exclusive_interest::{ExclusiveInterest, LogId};
use super::field_keys::{ConstantFields, KeysInOrder};
use super::key::{Key, has_twins};
use super::names;
use super::prefix_cache::PrefixCache;
use super::repeats::Repeats;
use crate::declare::field::Constants;
use crate::declare::{CLOSING_FIELDS, Operation};

/// The name of closing events.
static NAME: &str = "goldsignal.closing";

/// Whether the metadata belongs to a closing event, not to an event of the same name.
#[cfg(any(feature = "traces", feature = "telemetry"))]
pub(crate) fn is_closing(metadata: &Metadata<'_>) -> bool {
    std::ptr::eq(metadata.name(), NAME)
}

/// The target of closing events: the module of the operation, or `goldsignal::request` if there is
/// no operation.
pub(crate) const REQUEST_TARGET: &str = "goldsignal::request";

/// The fields of every closing event. The fields that the operation captures follow them.
pub(crate) const FIXED: [&str; CLOSING_FIELDS.len()] = {
    let mut names = [""; CLOSING_FIELDS.len()];
    let mut field = 0;
    while field < names.len() {
        names[field] = CLOSING_FIELDS[field].name;
        field += 1;
    }
    names
};

/// The most fields that a `tracing` field set can have.
pub(crate) const MAX_FIELDS: usize = 32;

/// The name in the message: that of a span of the conventions for a tool, else the operation's without its module.
fn short(operation: &'static Operation) -> &'static str {
    if let Some(tool) = operation.tool {
        return format!("tools/call {tool}").leak();
    }
    operation.name.rsplit("::").next().unwrap_or(operation.name)
}

/// A callsite created at run time, with the constant parts of its lines.
///
/// What every line reads comes first, so that it shares few cache lines.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct EventSite {
    level: Level,
    exclusive: ExclusiveInterest,
    interest: AtomicU8,
    /// Whether two captured fields have the same key in lines.
    pub(crate) has_twins: bool,
    /// The captured fields, with their keys in lines.
    declared: Box<[(&'static str, Key)]>,
    pub(crate) prefixes: PrefixCache,
    /// Created by the first line with such fields.
    constants: OnceLock<ConstantFields>,
    /// The operation's name in messages.
    pub(crate) short: &'static str,
    /// The names of the event's fields.
    pub(crate) names: &'static [&'static str],
    /// The name bits of all members that its lines may have.
    pub(crate) members: u64,
    metadata: OnceLock<Metadata<'static>>,
}

impl EventSite {
    fn leak(level: Level, operation: Option<&'static Operation>) -> &'static Self {
        let captured = operation.map_or(&[][..], |operation| operation.fields);
        let mut names = FIXED.to_vec();
        for name in captured.iter().map(|name| names::bare(name)) {
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
            level,
            exclusive: ExclusiveInterest::new(),
            interest: AtomicU8::new(0),
            has_twins: has_twins(declared.iter().map(|(_, key)| key)),
            members: declared
                .iter()
                .fold(names::names_of_closing(), |names, (_, key)| names | key.bit()),
            declared,
            prefixes: PrefixCache::new(),
            constants: OnceLock::new(),
            short: operation.map_or("", short),
            names,
            metadata: OnceLock::new(),
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

    /// The event's metadata; `None` before the callsite is registered.
    #[inline]
    pub(crate) fn metadata(&'static self) -> Option<&'static Metadata<'static>> {
        self.metadata.get()
    }

    /// Whether any subscriber may want the event. Callers check this before any other work, which
    /// would be most of an observation's cost while no subscriber listens.
    #[inline]
    pub(crate) fn is_on(&'static self) -> bool {
        self.level <= LevelFilter::current() && self.interest.load(Ordering::Relaxed) != NEVER
    }

    /// Whether the current subscriber wants the event now.
    #[inline]
    pub(crate) fn is_enabled(&'static self) -> bool {
        self.interest.load(Ordering::Relaxed) == ALWAYS
            || self.metadata.get().is_some_and(|metadata| {
                tracing_core::dispatcher::get_default(|dispatch| dispatch.enabled(metadata))
            })
    }

    /// The keys of the captured fields, to look them up in their declared order.
    #[inline]
    pub(crate) fn keys(&self) -> KeysInOrder<'_> {
        KeysInOrder(&self.declared)
    }

    /// The fields of its lines that are literals, if they are `constants`.
    #[inline]
    pub(crate) fn constants(&self, constants: Constants) -> Option<&ConstantFields> {
        let known = self.constants.get_or_init(|| ConstantFields::of(constants, &self.declared));
        std::ptr::eq(known.of, constants).then_some(known)
    }

    /// The index of a captured field among the declared ones, searched from `from` on.
    pub(crate) fn field_index(&self, from: usize, name: &'static str) -> Option<usize> {
        let name = names::bare(name);
        let mut others = self.declared.iter().enumerate().skip(from);
        others.find_map(|(index, (declared, _))| (*declared == name).then_some(index))
    }

    /// Whether `log`, a layer of `subscriber`, is the only layer that takes the event.
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
        // Set before the callsite is registered, so before any thread can read it.
        self.metadata.get().unwrap_or_else(|| unreachable!("registered with its metadata"))
    }
}

/// The callsites of one operation, by level, and the rate limit of its repeated errors.
#[derive(Debug)]
pub(crate) struct Callsites {
    events: [OnceLock<&'static EventSite>; 5],
    /// Created by the first error.
    repeats: OnceLock<&'static Repeats>,
}

impl Callsites {
    pub(crate) const fn new() -> Self {
        Self { events: [const { OnceLock::new() }; 5], repeats: OnceLock::new() }
    }

    /// The rate limit for errors of the operation `name`.
    pub(crate) fn repeats(&self, name: &'static str) -> &'static Repeats {
        self.repeats.get_or_init(|| Box::leak(Box::new(Repeats::new(name))))
    }

    /// Whether the callsite for `level` exists, and no subscriber takes its events.
    #[inline]
    pub(crate) fn are_known_off(&self, level: crate::declare::Level) -> bool {
        self.events[level as usize].get().is_some_and(|site| !site.is_on())
    }

    /// The callsite for `level` of `operation`, or of requests without an operation.
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
