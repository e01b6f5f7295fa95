//! The families of requests, under either naming.

use super::{Family, in_flight};
use crate::declare::Naming;
use crate::declare::Outcome;
use crate::declare::buckets::SIZE_BYTES;
use crate::declare::series::{self, BuiltIn, label, otel};
use crate::observe::endpoint::{Endpoint, Histogram, Measures, STREAMS, status_text};
use crate::record::histogram;
use crate::record::store::Store;
use crate::record::visit::{Buckets, LabelPair, SeriesSink};

/// What a family contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Count,
    Duration,
    InFlight,
    Head,
    Received,
    Sent,
    StreamsInFlight,
    StreamDuration,
    SlowPolls,
}

/// The families of requests under `naming`.
pub(super) fn families(naming: Naming) -> impl Iterator<Item = (&'static BuiltIn, What)> {
    let names = naming.names();
    let all = [
        (names.duration, What::Duration),
        (names.in_flight, What::InFlight),
        (names.received, What::Received),
        (names.sent, What::Sent),
        (&series::HTTP_RESPONSE_HEAD, What::Head),
        (&series::HTTP_STREAMS_IN_FLIGHT, What::StreamsInFlight),
        (&series::HTTP_STREAM_DURATION, What::StreamDuration),
        (&series::HTTP_SLOW_POLLS, What::SlowPolls),
    ];
    // Under the conventions the durations count the requests.
    let count = (naming == Naming::Goldsignal).then_some((names.counted, What::Count));
    all.into_iter().chain(count)
}

/// The labels of a series, without an allocation.
struct Labels<'a> {
    pairs: [LabelPair<'a>; 5],
    len: usize,
}

impl<'a> Labels<'a> {
    /// The labels of all requests at `endpoint`.
    fn of(naming: Naming, endpoint: &'a Endpoint) -> Self {
        let names = naming.names();
        let mut labels = Self { pairs: [("", ""); 5], len: 0 };
        labels.push(names.method, endpoint.method);
        match naming {
            Naming::Goldsignal => labels.push(names.endpoint, endpoint.path),
            Naming::OpenTelemetry { .. } => labels.present(names.endpoint, endpoint.route()),
        }
        labels
    }

    /// The labels of one kind of end, under the conventions.
    fn ended(mut self, status: u16, outcome: Outcome, url_scheme: &'a str) -> Self {
        self.present(otel::STATUS, Some(status_text(status)).filter(|status| !status.is_empty()));
        let error_type = error_type(status, outcome);
        self.present(label::ERROR_TYPE, Some(error_type).filter(|name| !name.is_empty()));
        self.push(otel::SCHEME, url_scheme);
        self
    }

    fn push(&mut self, name: &'a str, value: &'a str) {
        self.pairs[self.len] = (name, value);
        self.len += 1;
    }

    fn present(&mut self, name: &'a str, value: Option<&'a str>) {
        if let Some(value) = value {
            self.push(name, value);
        }
    }

    fn pairs(&self) -> &[LabelPair<'a>] {
        &self.pairs[..self.len]
    }
}

/// The `error_type` of a request under the conventions: empty if nothing failed. A client's fault
/// is not a failure of the server.
fn error_type(status: u16, outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok | Outcome::ClientError => "",
        Outcome::ServerError if status >= 400 => status_text(status),
        outcome => outcome.as_str(),
    }
}

impl Family {
    /// Writes the series of the endpoint with `index`.
    pub(super) fn http(
        &self,
        what: What,
        endpoints: &[&'static Endpoint],
        index: usize,
        sink: &mut dyn SeriesSink,
    ) {
        let endpoint = endpoints[index];
        let naming = self.store.get().naming();
        match what {
            What::Count => self.requests(endpoint, sink),
            What::Duration => self.measured(endpoint, |measures| measures.duration, sink),
            What::Received => self.measured(endpoint, |measures| measures.received, sink),
            What::Sent => self.measured(endpoint, |measures| measures.sent, sink),
            What::Head => {
                let Some(cells) = endpoint.cells() else { return };
                let labels = Labels::of(naming, endpoint);
                self.histogram(&labels, &endpoint.latency().seconds, cells.head(), sink);
            }
            What::InFlight => match naming {
                Naming::Goldsignal => self.in_flight(endpoint, sink),
                Naming::OpenTelemetry { url_scheme } => {
                    self.active(endpoints, index, url_scheme, sink);
                }
            },
            What::StreamsInFlight => self.streams(endpoint, sink),
            What::SlowPolls => {
                let store = self.store.get();
                if running(store, endpoint).is_some() {
                    let count = endpoint.slow_polls_cell().map_or(0, |cell| store.sum(cell));
                    let labels = Labels::of(naming, endpoint);
                    sink.count(labels.pairs(), count, Some(self.created));
                }
            }
            What::StreamDuration => {
                let Some(cells) = endpoint.known_stream_cells() else { return };
                let labels = Labels::of(naming, endpoint);
                self.histogram(&labels, &STREAMS.seconds, cells.duration(), sink);
            }
        }
    }

    fn requests(&self, endpoint: &Endpoint, sink: &mut dyn SeriesSink) {
        let (Some(cells), store) = (endpoint.cells(), self.store.get()) else { return };
        for (status, outcome, end_kind) in endpoint.ends() {
            let count = cells.ended(store, end_kind);
            if count > 0 || store.is_declared(cells.end_kind(end_kind)) {
                let labels = [
                    (label::METHOD, endpoint.method),
                    (label::ENDPOINT, endpoint.path),
                    (label::STATUS, status_text(status)),
                    (label::OUTCOME, outcome.as_str()),
                ];
                sink.count(&labels, count, Some(self.created));
            }
        }
    }

    fn measured(
        &self,
        endpoint: &Endpoint,
        pick: fn(&Measures) -> Histogram,
        sink: &mut dyn SeriesSink,
    ) {
        let bounds = match self.unit {
            "bytes" => SIZE_BYTES,
            _ => &endpoint.latency().seconds,
        };
        match self.store.get().naming() {
            naming @ Naming::Goldsignal => {
                let Some(cells) = endpoint.cells() else { return };
                let labels = Labels::of(naming, endpoint);
                self.histogram(&labels, bounds, pick(&cells.measures()), sink);
            }
            naming @ Naming::OpenTelemetry { url_scheme } => {
                for (status, outcome, end_kind) in endpoint.ends() {
                    let Some(measures) = endpoint.known_apart(end_kind) else { continue };
                    let labels = Labels::of(naming, endpoint).ended(status, outcome, url_scheme);
                    self.histogram(&labels, bounds, pick(&measures), sink);
                }
            }
        }
    }

    fn histogram(
        &self,
        labels: &Labels<'_>,
        bounds: &[f64],
        histogram: Histogram,
        sink: &mut dyn SeriesSink,
    ) {
        let store = self.store.get();
        let first = histogram.bucket(0);
        let buckets = |counts: &mut [u64]| histogram.counts(store, counts);
        histogram::counts(bounds, buckets, |counts| {
            #[expect(clippy::cast_precision_loss, reason = "a sum needs no more digits")]
            let sum = store.sum(histogram.sum()) as f64;
            let sum = if self.unit == "seconds" { sum / 1e9 } else { sum };
            let exemplars = &*store.exemplars(first, counts.len());
            let buckets = Buckets { bounds, counts, sum, exemplars };
            sink.histogram(labels.pairs(), buckets, Some(self.created));
        });
    }

    fn in_flight(&self, endpoint: &Endpoint, sink: &mut dyn SeriesSink) {
        if let Some(value) = running(self.store.get(), endpoint) {
            sink.gauge(Labels::of(Naming::Goldsignal, endpoint).pairs(), value);
        }
    }

    /// Under the conventions, requests in flight have the method alone as label: the first endpoint
    /// of a method reports the sum of all.
    fn active(
        &self,
        endpoints: &[&'static Endpoint],
        index: usize,
        url_scheme: &str,
        sink: &mut dyn SeriesSink,
    ) {
        let method = endpoints[index].method;
        if endpoints[..index].iter().any(|earlier| earlier.method == method) {
            return;
        }
        let same = endpoints[index..].iter().filter(|endpoint| endpoint.method == method);
        let running: Vec<_> =
            same.filter_map(|endpoint| running(self.store.get(), endpoint)).collect();
        if !running.is_empty() {
            let labels = [(otel::METHOD, method), (otel::SCHEME, url_scheme)];
            sink.gauge(&labels, running.iter().sum());
        }
    }

    fn streams(&self, endpoint: &Endpoint, sink: &mut dyn SeriesSink) {
        let (Some(cells), store) = (endpoint.known_stream_cells(), self.store.get()) else {
            return;
        };
        let duration = cells.duration();
        let ended = (0..duration.buckets).map(|bucket| store.sum(duration.bucket(bucket))).sum();
        let started = store.sum(cells.started());
        if started > 0 {
            sink.gauge(Labels::of(store.naming(), endpoint).pairs(), in_flight(started, ended));
        }
    }
}

/// The age of the oldest request in flight at `endpoint`; `ages` has those of the endpoints with requests that wait.
pub(super) fn oldest(
    store: &Store,
    ages: &[(&'static Endpoint, f64)],
    endpoint: &'static Endpoint,
    sink: &mut dyn SeriesSink,
) {
    if running(store, endpoint).is_some() {
        let age = ages.iter().find(|(at, _)| std::ptr::eq(*at, endpoint));
        let age = age.map_or(0.0, |(_, age)| *age);
        sink.gauge(Labels::of(store.naming(), endpoint).pairs(), age);
    }
}

/// Started minus ended. Ends are read first, so that no end is seen without its start.
fn running(store: &Store, endpoint: &Endpoint) -> Option<f64> {
    let cells = endpoint.cells()?;
    let ended: u64 = endpoint.ends().map(|(_, _, end_kind)| cells.ended(store, end_kind)).sum();
    let started = store.sum(cells.started());
    (started > 0 || store.is_declared(cells.started())).then(|| in_flight(started, ended))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_types_follow_the_conventions() {
        for (status, outcome, expected) in [
            (200, Outcome::Ok, ""),
            (404, Outcome::ClientError, ""),
            (503, Outcome::ServerError, "503"),
            (200, Outcome::ServerError, "server_error"),
            (0, Outcome::Panic, "panic"),
            (0, Outcome::Cancelled, "cancelled"),
            (200, Outcome::Aborted, "aborted"),
        ] {
            assert_eq!(error_type(status, outcome), expected);
        }
    }
}
