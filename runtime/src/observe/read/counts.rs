//! What endpoints and functions have counted, as numbers: the sums of the cells that their families have.

use crate::declare::{Naming, Operation, Outcome};
use crate::observe::endpoint::{self, Endpoint};
use crate::observe::site;
use crate::record::store::Store;

/// How many executions ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ends {
    /// All of them.
    pub(crate) total: u64,
    /// By a fault of the service.
    pub(crate) failed: u64,
    pub(crate) client_errors: u64,
    /// Cancelled or aborted.
    pub(crate) cut_short: u64,
}

impl Ends {
    pub(crate) fn add(&mut self, outcome: Outcome, count: u64) {
        self.total += count;
        match outcome {
            Outcome::Ok => {}
            Outcome::ClientError => self.client_errors += count,
            Outcome::ServerError | Outcome::Error | Outcome::Panic => self.failed += count,
            Outcome::Cancelled | Outcome::Aborted => self.cut_short += count,
        }
    }
}

/// What one endpoint or function has counted.
#[derive(Clone, Debug)]
pub(crate) struct Counts<T: 'static> {
    pub(crate) of: &'static T,
    pub(crate) ends: Ends,
    pub(crate) in_flight: u64,
    /// The upper bounds of the buckets in seconds, without `+Inf`.
    pub(crate) bounds: &'static [f64],
    /// How many durations are in each bucket; empty if they are no latencies.
    pub(crate) durations: Vec<u64>,
}

/// The endpoints that are exposed, in the order in which they became known.
pub(crate) fn endpoints(store: &Store) -> Vec<Counts<Endpoint>> {
    endpoint::all().into_iter().filter_map(|endpoint| endpoint_counts(store, endpoint)).collect()
}

fn endpoint_counts(store: &Store, endpoint: &'static Endpoint) -> Option<Counts<Endpoint>> {
    let cells = endpoint.cells()?;
    let mut ends = Ends::default();
    for (_, outcome, end_kind) in endpoint.ends() {
        ends.add(outcome, cells.ended(store, end_kind));
    }
    let durations = if endpoint.is_long() { Vec::new() } else { durations(store, endpoint) };
    // Last, so that no end is seen without its start.
    let started = store.sum(cells.started());
    let is_exposed = started > 0 || store.is_declared(cells.started());
    is_exposed.then(|| Counts {
        of: endpoint,
        ends,
        in_flight: started.saturating_sub(ends.total),
        bounds: &endpoint.latency().seconds,
        durations,
    })
}

/// The durations of the requests that were answered.
fn durations(store: &Store, endpoint: &'static Endpoint) -> Vec<u64> {
    let mut counts = vec![0; endpoint.latency().buckets()];
    match store.naming() {
        Naming::Goldsignal => {
            if let Some(cells) = endpoint.cells() {
                cells.measures().duration.counts(store, &mut counts);
            }
        }
        Naming::OpenTelemetry { .. } => {
            let mut apart = counts.clone();
            let answered = endpoint.ends().filter(|(_, outcome, _)| outcome.has_latency());
            for measures in answered.filter_map(|(.., end_kind)| endpoint.known_apart(end_kind)) {
                measures.duration.counts(store, &mut apart);
                counts.iter_mut().zip(&apart).for_each(|(sum, count)| *sum += count);
            }
        }
    }
    counts
}

/// The functions that were called.
pub(crate) fn functions(store: &Store) -> Vec<Counts<Operation>> {
    let called = site::used().into_iter().filter_map(|site| {
        let calls = site.calls()?;
        let mut ends = Ends::default();
        for (outcome, _, count) in calls.ends(store) {
            ends.add(outcome, count);
        }
        let durations = if site.operation.long { Vec::new() } else { calls.buckets(store) };
        let started = calls.started(store);
        let bounds = &*calls.latency.seconds;
        let in_flight = started.saturating_sub(ends.total);
        (started > 0).then_some(Counts { of: &site.operation, ends, in_flight, bounds, durations })
    });
    called.collect()
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use super::*;
    use crate::observe::endpoint::{Ending, TransferStats};
    use crate::record::ambient::StoreRef;

    #[test]
    fn ends_are_told_apart_by_whose_fault_they_are() {
        let mut ends = Ends::default();
        for outcome in Outcome::ALL {
            ends.add(outcome, 1);
        }
        assert_eq!(ends, Ends { total: 7, failed: 3, client_errors: 1, cut_short: 2 });
        for outcome in Outcome::ALL {
            let mut one = Ends::default();
            one.add(outcome, 1);
            assert_eq!(one.failed == 1, outcome.is_failure(), "{outcome:?}");
            assert_eq!(one.cut_short == 1, !outcome.has_latency(), "{outcome:?}");
        }
    }

    /// Of a request that took 7 ms.
    fn ending(status: u16, outcome: Outcome) -> Ending {
        let (transfer, sampled) = (TransferStats::default(), None);
        Ending { elapsed: 7_000_000, status, outcome, transfer, sampled }
    }

    #[test]
    fn an_endpoint_counts_the_same_under_each_naming() {
        let namings = [Naming::Goldsignal, Naming::OpenTelemetry { url_scheme: "http" }];
        let [own, other] = namings.map(|naming| {
            let scope = StoreRef::scoped();
            let store = scope.get();
            store.settle_naming(naming).unwrap();
            let endpoint = endpoint::intern("GET", "/counts/naming");
            for ending in [
                ending(200, Outcome::Ok),
                ending(200, Outcome::Ok),
                ending(503, Outcome::ServerError),
                ending(0, Outcome::Cancelled),
            ] {
                endpoint.start(store);
                endpoint.end(store, &ending);
            }
            endpoint_counts(store, endpoint).unwrap()
        });
        assert_eq!(own.ends, Ends { total: 4, failed: 1, client_errors: 0, cut_short: 1 });
        assert_eq!((own.durations[1], own.durations.iter().sum::<u64>()), (3, 3));
        assert_eq!((own.ends, own.durations, own.in_flight), (other.ends, other.durations, 0));
    }

    #[test]
    fn an_endpoint_counts_what_was_started_and_not_ended() {
        let scope = StoreRef::scoped();
        let store = scope.get();
        let endpoint = endpoint::intern("GET", "/counts/in-flight");
        let counted = || {
            let mut all = endpoints(store).into_iter();
            all.find(|counts| std::ptr::eq(counts.of, endpoint))
        };
        assert!(counted().is_none(), "an endpoint of another registry");
        endpoint.start(store);
        let counts = counted().unwrap();
        assert_eq!((counts.in_flight, counts.ends.total), (1, 0));
        assert_eq!(counts.durations.len(), counts.bounds.len() + 1);
    }
}
