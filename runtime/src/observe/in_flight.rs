//! What is in flight and waits: requests, and calls outside of any request, that were polled and have not ended.
//!
//! A root (a request, or the outermost call of a task) is in a list from its first pending poll to its end. At each
//! pending poll it publishes the chain of calls inside it that wait, down to the innermost one. No thread that serves
//! requests waits for a lock: it takes another list if one is being read, and leaves its entry behind if it cannot take
//! it out, which a reader then does.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};

use super::current;
use super::endpoint::Endpoint;
use super::first_poll;
use super::observation::{Observation, Subject};
use super::shared::Shared;
use super::site::Site;
use crate::record::clock::{Reading, in_seconds};
use crate::record::published::{Entry, LEN, Published};
use crate::record::store::Store;
use crate::record::sync_lock;
use crate::record::thread_number::thread_number;

const LISTS: usize = 16;

static IN_FLIGHT: [Mutex<Vec<Arc<Shared>>>; LISTS] = [const { Mutex::new(Vec::new()) }; LISTS];

/// What an observation publishes while it waits.
#[derive(Debug)]
pub(crate) struct Waiting {
    /// Its list and its index there; [`NOWHERE`] if it is in none.
    place: AtomicU64,
    /// The ticks at which the running poll began; 0 between two polls.
    polled_since: AtomicU64,
    /// The root, and the calls inside it: when each began, when its last poll ended, and how many polls it had.
    chain: Published<Site>,
}

const NOWHERE: u64 = u64::MAX;

impl Waiting {
    pub(super) fn new() -> Self {
        let (place, polled_since) = (AtomicU64::new(NOWHERE), AtomicU64::new(0));
        Self { place, polled_since, chain: Published::new() }
    }
}

/// A call that waits, or its root.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    /// `None` for a request.
    pub(crate) site: Option<&'static Site>,
    pub(crate) began: Reading,
    pub(crate) last_poll: Reading,
    pub(crate) polls: u64,
}

/// A root in flight, as a reader sees it.
pub(crate) struct Root {
    pub(crate) shared: Arc<Shared>,
    /// The root first, then the calls inside it.
    pub(crate) steps: Vec<Step>,
    /// When the running poll began, if one runs.
    pub(crate) polled_since: Option<Reading>,
}

impl Root {
    pub(crate) fn began(&self) -> Reading {
        self.steps.first().map_or(Reading::NONE, |root| root.began)
    }

    /// The endpoint of a request that was claimed.
    pub(crate) fn endpoint(&self) -> Option<&'static Endpoint> {
        self.shared.request()?.endpoint()
    }
}

/// A call whose poll has ended without its end, until its root publishes it.
#[derive(Clone, Copy)]
struct Link {
    own: usize,
    /// The observation around it.
    outer: usize,
    site: &'static Site,
    numbers: [u64; 3],
}

/// More calls than wait inside each other.
const MAX_LINKS: usize = 64;

thread_local! {
    static LINKS: RefCell<Vec<Link>> = const { RefCell::new(Vec::new()) };
}

fn address(observation: &Observation) -> usize {
    std::ptr::from_ref(observation).addr()
}

/// `observation` waits for its next poll; the last one began at `since` and ended at `at`.
pub(crate) fn wait(observation: &Observation, since: Reading, at: Reading) {
    let numbers =
        [observation.started().ticks(), at.ticks(), u64::from(observation.poll_count.get())];
    match (&observation.subject, current::innermost(address)) {
        (Subject::Call { site, .. }, Some(outer)) if !site.is_tool() => {
            link(Link { own: address(observation), outer, site, numbers });
        }
        (Subject::Call { site, .. }, _) => {
            let shared = observation.enter(|| observation.shared());
            publish(observation, &shared, (Some(site), numbers), since);
        }
        (Subject::Request, _) => {
            let shared = observation.shared();
            publish(observation, &shared, (None, numbers), since);
        }
        (Subject::Stream(_) | Subject::Carried, _) => {}
    }
}

/// `observation` is polled again at `at`.
pub(crate) fn resume(observation: &Observation, at: Reading) {
    if let Some(shared) = observation.shared_part() {
        shared.waiting.polled_since.store(at.ticks(), Ordering::Relaxed);
    }
}

/// Takes an observation that has ended out of its list.
#[inline]
pub(crate) fn end(shared: &Shared) {
    if shared.waiting.place.load(Ordering::Relaxed) != NOWHERE {
        leave(shared);
    }
}

/// A thread that is ending has lost its thread-local; its calls are then published without the chain.
fn link(link: Link) {
    let _ = LINKS.try_with(|links| {
        let mut links = links.borrow_mut();
        if links.len() == MAX_LINKS {
            // Work that was moved to another task has no root that takes them.
            links.clear();
        }
        links.push(link);
    });
}

/// Publishes the calls of this poll, which began at `since`, that wait inside `root`.
fn publish(root: &Observation, shared: &Arc<Shared>, first: Entry<Site>, since: Reading) {
    let waiting = &shared.waiting;
    let mut chain: [Option<Entry<Site>>; MAX_LINKS] = [None; MAX_LINKS];
    let mut len = 0;
    let _ = LINKS.try_with(|links| {
        let mut links = links.borrow_mut();
        let mut outer = address(root);
        // The last call that waits inside of another one is the one that was polled last. Links of calls that ended
        // meanwhile are inside of no call that waits.
        let within = |link: &&Link, outer| link.outer == outer && link.numbers[1] >= since.ticks();
        while let Some(link) = links.iter().rev().find(|link| within(link, outer)) {
            chain[len] = Some((Some(link.site), link.numbers));
            outer = link.own;
            len += 1;
            if len == MAX_LINKS {
                break;
            }
        }
        links.clear();
    });
    let chain = chain[..len].iter().flatten().copied();
    // Of a long chain the outermost and the innermost calls say most.
    let left_out = (len + 1).saturating_sub(LEN);
    let outer = LEN / 2 - 1;
    let kept = chain.enumerate().filter(|(index, _)| *index < outer || *index >= outer + left_out);
    waiting.chain.write(std::iter::once(first).chain(kept.map(|(_, entry)| entry)));
    waiting.polled_since.store(0, Ordering::Relaxed);
    if waiting.place.load(Ordering::Relaxed) == NOWHERE {
        enter(shared);
    }
}

/// Puts `shared` into a list that nobody uses at the moment. If there is none, its next poll tries again.
#[cold]
fn enter(shared: &Arc<Shared>) {
    let own = thread_number() % LISTS;
    for list in (own..LISTS).chain(0..own) {
        if let Some(mut entries) = try_lock(&IN_FLIGHT[list]) {
            shared.waiting.place.store(place(list, entries.len()), Ordering::Relaxed);
            entries.push(Arc::clone(shared));
            return;
        }
    }
}

#[cold]
fn leave(shared: &Shared) {
    let (list, _) = list_and_index(shared.waiting.place.load(Ordering::Relaxed));
    if let Some(mut entries) = try_lock(&IN_FLIGHT[list]) {
        // Read again: the end of another entry may have moved this one, or a reader may have taken it out.
        let (same, index) = list_and_index(shared.waiting.place.load(Ordering::Relaxed));
        if same == list {
            take_out(&mut entries, list, index);
        }
    }
}

/// Takes an entry out of a list; the last one takes its place.
fn take_out(entries: &mut Vec<Arc<Shared>>, list: usize, index: usize) {
    if index < entries.len() {
        let ended = entries.swap_remove(index);
        ended.waiting.place.store(NOWHERE, Ordering::Relaxed);
        if let Some(moved) = entries.get(index) {
            moved.waiting.place.store(place(list, index), Ordering::Relaxed);
        }
    }
}

fn place(list: usize, index: usize) -> u64 {
    (index * LISTS + list) as u64
}

fn list_and_index(place: u64) -> (usize, usize) {
    let place = usize::try_from(place).unwrap_or(usize::MAX);
    (place % LISTS, place / LISTS)
}

fn try_lock<T>(mutex: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    match mutex.try_lock() {
        Ok(guard) => Some(guard),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

/// What waits in `store` now, the oldest first.
pub(crate) fn all(store: &Store) -> Vec<Root> {
    let mut roots: Vec<_> = (0..LISTS).flat_map(shared_parts).filter_map(root).collect();
    roots.retain(|root| std::ptr::eq(root.shared.store.get(), store));
    roots.sort_by_key(Root::began);
    roots
}

/// What began less than 100 ms before is not worth a look, in nanoseconds.
#[cfg(feature = "axum")]
pub(crate) const MOMENT: u64 = 100_000_000;

/// What has been waiting in `store` for more than a moment, the oldest first.
#[cfg(feature = "axum")]
pub(crate) fn waiting(store: &Store, now: Reading) -> Vec<Root> {
    let mut roots = all(store);
    roots.retain(|root| now.since(root.began()) >= MOMENT);
    roots
}

/// The entries of a list. Takes those out that have ended and could not leave.
fn shared_parts(list: usize) -> Vec<Arc<Shared>> {
    let mut entries = sync_lock(&IN_FLIGHT[list]);
    for index in (0..entries.len()).rev() {
        if entries[index].is_closed() {
            take_out(&mut entries, list, index);
        }
    }
    entries.clone()
}

fn root(shared: Arc<Shared>) -> Option<Root> {
    let chain = shared.waiting.chain.read();
    let polled_since = shared.waiting.polled_since.load(Ordering::Relaxed);
    // Read last: what was read before is that of an observation that was open then.
    if shared.is_closed() || chain.is_empty() {
        return None;
    }
    let step = |(site, [began, last_poll, polls]): Entry<Site>| Step {
        site,
        began: Reading::of_ticks(began),
        last_poll: Reading::of_ticks(last_poll),
        polls,
    };
    let steps = chain.into_iter().map(step).collect();
    let polled_since = (polled_since != 0).then(|| Reading::of_ticks(polled_since));
    Some(Root { shared, steps, polled_since })
}

/// The age of the oldest request at each endpoint that has no response yet, in seconds. A client may read a body for as
/// long as it likes, and a `long` handler lasts as long as its connection: neither is stuck.
pub(crate) fn oldest(store: &Store) -> Vec<(&'static Endpoint, f64)> {
    let now = Reading::now();
    let mut oldest: Vec<(&'static Endpoint, f64)> = Vec::new();
    let waiting = all(store);
    let unanswered = waiting
        .iter()
        .filter(|root| root.shared.request().is_some_and(|request| request.answered().is_none()));
    let waiting = unanswered.filter_map(|root| Some((root.endpoint()?, root.began())));
    let all = waiting.chain(first_poll::all(store));
    for (endpoint, began) in all.filter(|(endpoint, _)| !endpoint.is_long()) {
        let age = in_seconds(now.since(began));
        match oldest.iter_mut().find(|(known, _)| std::ptr::eq(*known, endpoint)) {
            Some((_, oldest)) => *oldest = oldest.max(age),
            None => oldest.push((endpoint, age)),
        }
    }
    oldest
}
