//! Counts good and bad events of objectives.

use std::sync::Mutex;
use std::time::Duration;

use crate::declare::Outcome;
use crate::declare::series::{BAD, GOOD};
use crate::declare::{Operation, Slo};
use crate::record::layout;
use crate::record::store::Store;
use crate::record::sync_lock;

/// The cells of one objective: good and bad events for each of its two indicators.
const CELLS: usize = 4;

/// The objectives, ordered by name, with their first cells.
static OBJECTIVES: Mutex<Vec<(&'static Slo, usize)>> = Mutex::new(Vec::new());

/// How one event counts for one indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Good,
    Bad,
    /// Neither good nor bad: it cannot be decided.
    Void,
}

/// The first cell of `slo`; objectives of the same name share their cells.
pub(crate) fn base(slo: &'static Slo) -> Option<usize> {
    let mut objectives = sync_lock(&OBJECTIVES);
    match objectives.binary_search_by_key(&slo.name(), |(known, _)| known.name()) {
        Ok(index) => Some(objectives[index].1),
        Err(index) => {
            let base = layout::allocate(CELLS)?;
            objectives.insert(index, (slo, base));
            Some(base)
        }
    }
}

/// Counts one event.
pub(crate) fn count(store: &Store, slo: &Slo, base: usize, outcome: Outcome, elapsed: u64) {
    let events = [availability(slo, outcome, elapsed), latency(slo, outcome, elapsed)];
    for (indicator, event) in events.into_iter().enumerate() {
        match event {
            Some(Event::Good) => store.add(base + 2 * indicator, 1),
            Some(Event::Bad) => store.add(base + 2 * indicator + 1, 1),
            Some(Event::Void) | None => {}
        }
    }
}

/// A client's fault is not bad. A request that was cut short is bad if it was older than the
/// threshold, because the client may have given up for that reason; a younger one does not count.
fn availability(slo: &Slo, outcome: Outcome, elapsed: u64) -> Option<Event> {
    slo.required_availability()?;
    Some(match outcome {
        Outcome::Ok | Outcome::ClientError => Event::Good,
        Outcome::ServerError | Outcome::Error | Outcome::Panic => Event::Bad,
        Outcome::Cancelled | Outcome::Aborted => cut_short(slo, elapsed),
    })
}

/// Failures count against availability if the objective has it, else here.
fn latency(slo: &Slo, outcome: Outcome, elapsed: u64) -> Option<Event> {
    let (_, threshold) = slo.required_latency()?;
    Some(match outcome {
        Outcome::Ok | Outcome::ClientError if elapsed <= nanoseconds(threshold) => Event::Good,
        Outcome::Ok | Outcome::ClientError => Event::Bad,
        Outcome::ServerError | Outcome::Error | Outcome::Panic => {
            if slo.required_availability().is_some() { Event::Void } else { Event::Bad }
        }
        Outcome::Cancelled | Outcome::Aborted => cut_short(slo, elapsed),
    })
}

fn cut_short(slo: &Slo, elapsed: u64) -> Event {
    match slo.required_latency() {
        Some((_, threshold)) if elapsed > nanoseconds(threshold) => Event::Bad,
        _ => Event::Void,
    }
}

/// Whether a good end after `elapsed` nanoseconds misses the operation's objective.
pub(crate) fn is_late(operation: &Operation, elapsed: u64) -> bool {
    let threshold = operation.slo.and_then(Slo::required_latency);
    threshold.is_some_and(|(_, threshold)| !operation.long && elapsed > nanoseconds(threshold))
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// One of the two levels that an objective may require: each has a target of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Indicator {
    pub(crate) slo: &'static Slo,
    /// `availability` or `latency`.
    pub(crate) name: &'static str,
    /// The cell of its good events; that of its bad ones is the next.
    pub(crate) good: usize,
}

impl Indicator {
    /// How many events were good, and how many bad.
    #[cfg(feature = "page")]
    pub(crate) fn events(&self, store: &Store) -> (u64, u64) {
        (store.sum(self.good), store.sum(self.good + 1))
    }
}

/// The indicators of all objectives.
pub(crate) fn indicators() -> Vec<Indicator> {
    for slo in crate::declare::catalog::Catalog::linked().objectives {
        base(slo);
    }
    let objectives = sync_lock(&OBJECTIVES);
    let mut indicators = Vec::new();
    for (slo, base) in objectives.iter() {
        let stated = [
            ("availability", slo.required_availability().is_some()),
            ("latency", slo.required_latency().is_some()),
        ];
        for (number, (name, is_stated)) in stated.into_iter().enumerate() {
            if is_stated {
                indicators.push(Indicator { slo, name, good: base + 2 * number });
            }
        }
    }
    indicators
}

/// Every series of `slo_events_total` as `(slo, outcome, cell)`. The two indicators of an objective
/// have separate targets, so each has its own `slo` value.
pub(crate) fn series() -> Vec<(String, &'static str, usize)> {
    let series = indicators().into_iter().flat_map(|Indicator { slo, name, good }| {
        let name = format!("{}-{name}", slo.name());
        [(name.clone(), GOOD, good), (name, BAD, good + 1)]
    });
    series.collect()
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use super::*;

    const BOTH: Slo =
        Slo::new("both", "text").availability(99.9).latency(99.0, Duration::from_millis(250));
    const MS: u64 = 1_000_000;

    #[test]
    fn a_clients_fault_is_not_bad() {
        assert_eq!(availability(&BOTH, Outcome::ClientError, MS), Some(Event::Good));
        assert_eq!(latency(&BOTH, Outcome::ClientError, 300 * MS), Some(Event::Bad));
    }

    #[test]
    fn failures_are_named_as_queries_name_them() {
        use crate::declare::series::FAILED;
        let failures = [Outcome::ServerError, Outcome::Error, Outcome::Panic];
        assert_eq!(failures.map(Outcome::as_str), FAILED);
        for outcome in failures {
            assert_eq!(availability(&BOTH, outcome, MS), Some(Event::Bad));
        }
    }

    #[test]
    fn a_failure_burns_one_budget() {
        assert_eq!(availability(&BOTH, Outcome::Panic, MS), Some(Event::Bad));
        assert_eq!(latency(&BOTH, Outcome::Panic, MS), Some(Event::Void));
        let only = Slo::new("only", "text").latency(99.0, Duration::from_millis(250));
        assert_eq!(latency(&only, Outcome::ServerError, MS), Some(Event::Bad));
    }

    #[test]
    fn what_was_cut_short_counts_once_it_was_late() {
        assert_eq!(availability(&BOTH, Outcome::Cancelled, 251 * MS), Some(Event::Bad));
        assert_eq!(availability(&BOTH, Outcome::Aborted, 249 * MS), Some(Event::Void));
    }

    #[test]
    fn a_threshold_is_still_in_time() {
        let at = 250 * MS;
        assert_eq!(latency(&BOTH, Outcome::Ok, at), Some(Event::Good));
        assert_eq!(latency(&BOTH, Outcome::Ok, at + 1), Some(Event::Bad));
        assert_eq!(latency(&BOTH, Outcome::Cancelled, at), Some(Event::Void));
        assert_eq!(availability(&BOTH, Outcome::Cancelled, at + 1), Some(Event::Bad));
        let none = Slo::new("none", "text").availability(99.9);
        assert_eq!(latency(&none, Outcome::Ok, at), None);
        assert_eq!(availability(&none, Outcome::Cancelled, u64::MAX), Some(Event::Void));
        let operation = |long: bool| {
            let operation =
                Operation::new("late", crate::declare::SourceLocation::new("f", 1, "m"));
            let operation = operation.slo(&BOTH);
            if long { operation.long() } else { operation }
        };
        let late = |elapsed| is_late(&operation(false), elapsed);
        assert_eq!((late(at), late(at + 1)), (false, true));
        assert!(!is_late(&operation(true), at + 1), "a long call is never late");
    }

    #[test]
    fn each_indicator_counts_in_cells_of_its_own() {
        const PAIR: Slo = Slo::new("pair-of-indicators", "text")
            .availability(99.9)
            .latency(99.0, Duration::from_millis(250));
        static ONE: Slo = PAIR;
        static TWIN: Slo = PAIR;
        let (first, store) = (base(&ONE).unwrap(), crate::record::ambient::StoreRef::scoped());
        assert_eq!(base(&TWIN), Some(first), "of one name");
        let store = store.get();
        count(store, &PAIR, first, Outcome::Ok, MS);
        count(store, &PAIR, first, Outcome::Ok, 300 * MS);
        count(store, &PAIR, first, Outcome::Panic, MS);
        let mine = series().into_iter().filter(|(slo, ..)| slo.starts_with("pair-of-indicators"));
        let counted: Vec<_> =
            mine.map(|(slo, outcome, cell)| (slo, outcome, store.sum(cell))).collect();
        let expected = [
            ("pair-of-indicators-availability", GOOD, 2),
            ("pair-of-indicators-availability", BAD, 1),
            ("pair-of-indicators-latency", GOOD, 1),
            ("pair-of-indicators-latency", BAD, 1),
        ];
        assert_eq!(counted, expected.map(|(slo, outcome, count)| (slo.to_owned(), outcome, count)));
    }
}
