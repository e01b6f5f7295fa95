//! Reads what observations counted, as families.

#[cfg(feature = "page")]
pub(crate) mod counts;
mod http;
mod mcp;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::SystemTime;

use self::http::What;
use super::calls::Calls;
use super::endpoint::{self, Endpoint};
use super::in_flight;
use super::objective;
use super::site::{self, Site};
use crate::declare::MetricPrefix;
use crate::declare::Outcome;
use crate::declare::series::{self, BuiltIn, label};
use crate::record::ambient::StoreRef;
use crate::record::clock::in_seconds;
use crate::record::store::Store;
use crate::record::visit::{Buckets, Header, LabelPair, Readable, SeriesSink};

/// The families of requests, calls and objectives in `store`, with `prefix` before their names.
pub(crate) fn families(store: &StoreRef, prefix: &MetricPrefix) -> Vec<Box<dyn Readable>> {
    let (long, sites): (Vec<_>, Vec<_>) =
        site::used().into_iter().partition(|site| site.operation.long);
    let all: Arc<[_]> = sites.iter().chain(&long).copied().collect();
    let endpoints: Arc<[_]> = endpoint::all().into();
    let created = store.get().created();
    let family = |family: &BuiltIn, rows| -> Box<dyn Readable> {
        let header = Header::of(family, prefix);
        Box::new(Family { store: store.clone(), created, header, unit: family.unit, rows })
    };
    let requests = http::families(store.get().naming());
    let requests =
        requests.map(|(built_in, what)| family(built_in, Rows::Http(what, Arc::clone(&endpoints))));
    let mut families: Vec<_> = requests.collect();
    families.extend([
        family(&series::FUNCTION_CALLS, Rows::Calls(Arc::clone(&all))),
        family(&series::FUNCTION_DURATION, Rows::CallDurations(sites.into())),
        family(&series::FUNCTION_LONG_DURATION, Rows::CallDurations(long.into())),
        family(&series::FUNCTION_CALLS_IN_FLIGHT, Rows::CallsInFlight(Arc::clone(&all))),
        family(&series::FUNCTION_BUSY, Rows::CallsBusy(Arc::clone(&all))),
        family(&series::FUNCTION_SLOW_POLLS, Rows::SlowPolls(all)),
        family(
            &series::HTTP_OLDEST_IN_FLIGHT,
            Rows::Oldest(in_flight::oldest(store.get()), endpoints),
        ),
        family(&series::SLO_EVENTS, Rows::Objectives(objective::series())),
    ]);
    let tools: Arc<[_]> = mcp::tools(store).into();
    families.extend(
        mcp::families(store, !tools.is_empty())
            .map(|(built_in, what)| family(built_in, Rows::Mcp(what, Arc::clone(&tools)))),
    );
    families
}

struct Family {
    store: StoreRef,
    created: SystemTime,
    header: Header<'static>,
    unit: &'static str,
    rows: Rows,
}

enum Rows {
    Http(What, Arc<[&'static Endpoint]>),
    Calls(Arc<[&'static Site]>),
    CallDurations(Arc<[&'static Site]>),
    CallsInFlight(Arc<[&'static Site]>),
    CallsBusy(Arc<[&'static Site]>),
    SlowPolls(Arc<[&'static Site]>),
    /// The ages of the oldest requests, and all endpoints.
    Oldest(Vec<(&'static Endpoint, f64)>, Arc<[&'static Endpoint]>),
    Objectives(Vec<(String, &'static str, usize)>),
    /// All tools.
    Mcp(mcp::What, Arc<[&'static Site]>),
}

impl Readable for Family {
    fn header(&self) -> Header<'_> {
        let Header { name, help, kind, unit } = &self.header;
        Header {
            name: Cow::Borrowed(name),
            help: Cow::Borrowed(help),
            kind: *kind,
            unit: Cow::Borrowed(unit),
        }
    }

    fn len(&self) -> usize {
        match &self.rows {
            Rows::Http(_, endpoints) | Rows::Oldest(_, endpoints) => endpoints.len(),
            Rows::Calls(sites)
            | Rows::CallDurations(sites)
            | Rows::CallsInFlight(sites)
            | Rows::CallsBusy(sites)
            | Rows::SlowPolls(sites) => sites.len(),
            Rows::Objectives(series) => series.len(),
            Rows::Mcp(what, tools) => mcp::len(*what, tools),
        }
    }

    fn series(&self, index: usize, sink: &mut dyn SeriesSink) {
        let store = self.store.get();
        match &self.rows {
            Rows::Http(what, endpoints) => self.http(*what, endpoints, index, sink),
            Rows::Calls(sites) => self.calls(store, sites[index], sink),
            Rows::CallDurations(sites) => self.call_duration(store, sites[index], sink),
            Rows::CallsInFlight(sites) => function_calls_in_flight(store, sites[index], sink),
            Rows::CallsBusy(sites) => self.busy(store, sites[index], sink),
            Rows::SlowPolls(sites) => self.slow_polls(store, sites[index], sink),
            Rows::Oldest(ages, endpoints) => http::oldest(store, ages, endpoints[index], sink),
            Rows::Mcp(what, tools) => self.mcp(*what, tools, index, sink),
            Rows::Objectives(series) => {
                let (slo, outcome, cell) = &series[index];
                let labels = [(label::SLO, slo.as_str()), (label::OUTCOME, *outcome)];
                sink.count(&labels, store.sum(*cell), Some(self.created));
            }
        }
    }
}

impl Family {
    fn calls(&self, store: &Store, site: &'static Site, sink: &mut dyn SeriesSink) {
        let Some(calls) = site.calls() else { return };
        let used = calls.started(store) > 0;
        for (outcome, error_type, count) in calls.ends(store) {
            if count > 0 || (used && outcome == Outcome::Ok) {
                let labels = [
                    (label::FUNCTION, site.operation.name),
                    (label::OUTCOME, outcome.as_str()),
                    (label::ERROR_TYPE, error_type),
                ];
                sink.count(&labels, count, Some(self.created));
            }
        }
    }

    fn busy(&self, store: &Store, site: &'static Site, sink: &mut dyn SeriesSink) {
        let Some(calls) = site.calls().filter(|calls| calls.started(store) > 0) else { return };
        let labels = [(label::FUNCTION, site.operation.name)];
        sink.counter(&labels, in_seconds(calls.busy(store)), Some(self.created));
    }

    fn slow_polls(&self, store: &Store, site: &'static Site, sink: &mut dyn SeriesSink) {
        let Some(calls) = site.calls().filter(|calls| calls.started(store) > 0) else { return };
        let labels = [(label::FUNCTION, site.operation.name)];
        sink.count(&labels, calls.slow_polls(store), Some(self.created));
    }

    fn call_duration(&self, store: &Store, site: &'static Site, sink: &mut dyn SeriesSink) {
        let Some(calls) = site.calls() else { return };
        let labels = [(label::FUNCTION, site.operation.name)];
        let counts = calls.buckets(store);
        if counts.iter().all(|count| *count == 0) {
            return;
        }
        let sum = in_seconds(calls.duration(store));
        let exemplars = calls.exemplars(store);
        let (bounds, counts, exemplars) = (&*calls.latency.seconds, &*counts, &*exemplars);
        sink.histogram(&labels, Buckets { bounds, counts, sum, exemplars }, Some(self.created));
    }
}

fn function_calls_in_flight(store: &Store, site: &'static Site, sink: &mut dyn SeriesSink) {
    let Some(calls) = site.calls().filter(|calls| calls.started(store) > 0) else { return };
    calls_in_flight(store, calls, &[(label::FUNCTION, site.operation.name)], sink);
}

/// Started minus ended. Ends are read first, so that no end is seen without its start.
fn calls_in_flight(
    store: &Store,
    calls: &Calls,
    labels: &[LabelPair<'_>],
    sink: &mut dyn SeriesSink,
) {
    let ended: u64 = calls.ends(store).map(|(_, _, count)| count).sum();
    sink.gauge(labels, in_flight(calls.started(store), ended));
}

#[expect(clippy::cast_precision_loss, reason = "nobody has 2⁵³ requests in flight")]
fn in_flight(started: u64, ended: u64) -> f64 {
    started.saturating_sub(ended) as f64
}
