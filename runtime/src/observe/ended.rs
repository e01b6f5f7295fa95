//! The data of an observation that has ended.

use std::sync::atomic::AtomicBool;

use super::captured::Boxed;
use super::endpoint::{Endpoint, TransferStats};
use super::story::EndedStory;
use super::verdict::Verdict;
use crate::declare::Operation;
use crate::log::callsite::{Callsites, EventSite};
use crate::record::clock::Reading;

/// The data of an observation that has ended, for its closing event and its span.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) fields: Boxed,
    /// The time of the end.
    pub(crate) at: Reading,
    /// Nanoseconds.
    pub(crate) elapsed: u64,
    /// What a request transferred.
    pub(crate) transfer: TransferStats,
    /// Microseconds in all polls and in the longest one, if that took longer than it may.
    pub(crate) polls: Option<(u32, u32)>,
    pub(crate) verdict: Verdict,
    /// What happened inside, if it ended badly or late.
    pub(crate) story: Option<Box<EndedStory>>,
    /// Whether the log has its line.
    pub(crate) is_logged: AtomicBool,
    /// Set while its event is dispatched to subscribers.
    pub(crate) source: Option<EventSource>,
}

/// What a closing event is about, and its callsite.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EventSource {
    pub(crate) site: &'static EventSite,
    pub(crate) callsites: &'static Callsites,
    pub(crate) operation: Option<&'static Operation>,
    /// The method and the endpoint of a request.
    pub(crate) request: Option<(&'static str, &'static Endpoint)>,
    /// Whether it is the end of an endless body, whose request ended before.
    pub(crate) is_stream: bool,
}

impl EventSource {
    /// The status that was sent to a request.
    pub(crate) fn status(&self, ended: &Ended) -> Option<u16> {
        ended.verdict.status.filter(|_| self.request.is_some())
    }
}
