//! What observations counted, as families to be read.

use std::borrow::Cow;
use std::time::SystemTime;

use super::endpoint::{self, Endpoint};
use super::objective;
use super::outcome::Outcome;
use super::site::{self, Site};
use crate::declare::Kind;
use crate::record::ambient::StoreRef;
use crate::record::store::Store;
use crate::record::visit::{Buckets, Header, Readable, SeriesSink};

/// The families of requests, calls and objectives as `store` counts them.
pub(crate) fn families(store: &StoreRef) -> Vec<Box<dyn Readable>> {
    let endpoints = endpoint::all();
    let (long, sites): (Vec<_>, Vec<_>) =
        site::used().into_iter().partition(|site| site.operation.long);
    let all: Vec<_> = sites.iter().chain(&long).copied().collect();
    let created = store.get().created();
    let family = |name, help, kind, unit, rows| -> Box<dyn Readable> {
        Box::new(Family { store: store.clone(), created, name, help, kind, unit, rows })
    };
    vec![
        family(
            "http_requests_total",
            "Requests that ended, by how.",
            Kind::Counter,
            "",
            Rows::Requests(endpoints.clone()),
        ),
        family(
            "http_request_duration_seconds",
            "Time from a request's first byte to its answer's last.",
            Kind::Histogram,
            "seconds",
            Rows::RequestDurations(endpoints.clone()),
        ),
        family(
            "http_requests_in_flight",
            "Requests that have not ended.",
            Kind::Gauge,
            "",
            Rows::RequestsInFlight(endpoints),
        ),
        family(
            "function_calls_total",
            "Calls of observed functions that ended, by how.",
            Kind::Counter,
            "",
            Rows::Calls(all.clone()),
        ),
        family(
            "function_duration_seconds",
            "Time that calls of observed functions took.",
            Kind::Histogram,
            "seconds",
            Rows::CallDurations(sites),
        ),
        family(
            "function_long_duration_seconds",
            "Time that calls lasted which last as long as a connection.",
            Kind::Histogram,
            "seconds",
            Rows::CallDurations(long),
        ),
        family(
            "function_calls_in_flight",
            "Calls of observed functions that have not ended.",
            Kind::Gauge,
            "",
            Rows::CallsInFlight(all),
        ),
        family(
            "slo_events_total",
            "Events that count towards an objective.",
            Kind::Counter,
            "",
            Rows::Objectives(objective::series()),
        ),
    ]
}

struct Family {
    store: StoreRef,
    created: SystemTime,
    name: &'static str,
    help: &'static str,
    kind: Kind,
    unit: &'static str,
    rows: Rows,
}

enum Rows {
    Requests(Vec<&'static Endpoint>),
    RequestDurations(Vec<&'static Endpoint>),
    RequestsInFlight(Vec<&'static Endpoint>),
    Calls(Vec<&'static Site>),
    CallDurations(Vec<&'static Site>),
    CallsInFlight(Vec<&'static Site>),
    Objectives(Vec<(String, &'static str, usize)>),
}

impl Readable for Family {
    fn header(&self) -> Header<'_> {
        Header {
            name: Cow::Borrowed(self.name),
            help: Cow::Borrowed(self.help),
            kind: self.kind.into(),
            unit: Cow::Borrowed(self.unit),
        }
    }

    fn len(&self) -> usize {
        match &self.rows {
            Rows::Requests(endpoints)
            | Rows::RequestDurations(endpoints)
            | Rows::RequestsInFlight(endpoints) => endpoints.len(),
            Rows::Calls(sites) | Rows::CallDurations(sites) | Rows::CallsInFlight(sites) => {
                sites.len()
            }
            Rows::Objectives(series) => series.len(),
        }
    }

    fn series(&self, index: usize, sink: &mut dyn SeriesSink) {
        let store = self.store.get();
        match &self.rows {
            Rows::Requests(endpoints) => self.requests(store, endpoints[index], sink),
            Rows::RequestDurations(endpoints) => {
                self.request_duration(store, endpoints[index], sink);
            }
            Rows::RequestsInFlight(endpoints) => {
                requests_in_flight(store, endpoints[index], sink);
            }
            Rows::Calls(sites) => self.calls(store, sites[index], sink),
            Rows::CallDurations(sites) => self.call_duration(store, sites[index], sink),
            Rows::CallsInFlight(sites) => calls_in_flight(store, sites[index], sink),
            Rows::Objectives(series) => {
                let (slo, outcome, cell) = &series[index];
                let labels = [("slo", slo.as_str()), ("outcome", *outcome)];
                sink.count(&labels, store.sum(*cell), Some(self.created));
            }
        }
    }
}

impl Family {
    fn requests(&self, store: &Store, endpoint: &Endpoint, sink: &mut dyn SeriesSink) {
        let Some(cells) = endpoint.cells() else { return };
        for (status, outcome, cell) in endpoint.ends() {
            let count = store.sum(cells.0 + cell);
            if count > 0 || store.is_declared(cells.0 + cell) {
                let labels = [
                    ("method", endpoint.method),
                    ("endpoint", endpoint.path),
                    ("status", endpoint::status_text(status)),
                    ("outcome", outcome.as_str()),
                ];
                sink.count(&labels, count, Some(self.created));
            }
        }
    }

    fn request_duration(&self, store: &Store, endpoint: &Endpoint, sink: &mut dyn SeriesSink) {
        let Some(cells) = endpoint.cells() else { return };
        let latency = endpoint.latency();
        let labels = [("method", endpoint.method), ("endpoint", endpoint.path)];
        let counts: Vec<u64> =
            (0..latency.buckets()).map(|bucket| store.sum(cells.bucket(bucket))).collect();
        self.duration(&labels, &latency.seconds, &counts, store.sum(cells.sum()), sink);
    }

    fn calls(&self, store: &Store, site: &'static Site, sink: &mut dyn SeriesSink) {
        let Some(cells) = site.cells() else { return };
        let used = store.sum(cells.started()) > 0;
        for (outcome, error_type, cell) in site.ends() {
            let count = store.sum(cells.0 + cell);
            if count > 0 || (used && outcome == Outcome::Ok) {
                let labels = [
                    ("function", site.operation.name),
                    ("outcome", outcome.as_str()),
                    ("error_type", error_type),
                ];
                sink.count(&labels, count, Some(self.created));
            }
        }
    }

    fn call_duration(&self, store: &Store, site: &'static Site, sink: &mut dyn SeriesSink) {
        let Some(cells) = site.cells() else { return };
        let latency = site.latency();
        let labels = [("function", site.operation.name)];
        let counts: Vec<u64> =
            (0..latency.buckets()).map(|bucket| store.sum(cells.bucket(bucket))).collect();
        self.duration(&labels, &latency.seconds, &counts, store.sum(cells.sum()), sink);
    }

    fn duration(
        &self,
        labels: &[(&str, &str)],
        bounds: &[f64],
        counts: &[u64],
        nanoseconds: u64,
        sink: &mut dyn SeriesSink,
    ) {
        if counts.iter().all(|count| *count == 0) {
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "a sum of seconds needs no more digits")]
        let sum = nanoseconds as f64 / 1e9;
        sink.histogram(labels, Buckets { bounds, counts, sum }, Some(self.created));
    }
}

/// Started minus ended. Ends are read first, so that none is seen without its start.
fn requests_in_flight(store: &Store, endpoint: &Endpoint, sink: &mut dyn SeriesSink) {
    let Some(cells) = endpoint.cells() else { return };
    let ended: u64 = endpoint.ends().map(|(_, _, cell)| store.sum(cells.0 + cell)).sum();
    let started = store.sum(cells.started());
    if started > 0 || store.is_declared(cells.started()) {
        let labels = [("method", endpoint.method), ("endpoint", endpoint.path)];
        sink.gauge(&labels, in_flight(started, ended));
    }
}

/// As [`requests_in_flight`].
fn calls_in_flight(store: &Store, site: &'static Site, sink: &mut dyn SeriesSink) {
    let Some(cells) = site.cells() else { return };
    let ended: u64 = site.ends().map(|(_, _, cell)| store.sum(cells.0 + cell)).sum();
    let started = store.sum(cells.started());
    if started > 0 {
        sink.gauge(&[("function", site.operation.name)], in_flight(started, ended));
    }
}

#[expect(clippy::cast_precision_loss, reason = "nobody has 2⁵³ requests in flight")]
fn in_flight(started: u64, ended: u64) -> f64 {
    started.saturating_sub(ended) as f64
}
