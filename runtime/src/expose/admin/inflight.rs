//! `/inflight`: which requests and calls wait, since when, and in which function.

use std::collections::HashMap;
use std::fmt::{self, Display};

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_TYPE, VARY};

use crate::declare::SourceLocation;
use crate::expose::json_writer::JsonWriter;
use crate::observe::RequestId;
use crate::observe::endpoint::Endpoint;
use crate::observe::first_poll;
use crate::observe::in_flight::{self, MOMENT, Root, Step};
use crate::record::clock::{Reading, in_seconds};
use crate::registry::Registry;

/// How many are listed.
const MOST: usize = 200;

/// How many are listed that wait at the same point.
const MOST_AT_ONE_POINT: usize = 5;

pub(super) async fn inflight(State(registry): State<Registry>, headers: HeaderMap) -> Response {
    let listing = Listing::of(&registry);
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    if accept.contains("json") {
        let body = json(&listing);
        return ([(CONTENT_TYPE, "application/json"), (VARY, "accept")], body).into_response();
    }
    let body = Text(&listing).to_string();
    ([(CONTENT_TYPE, "text/plain; charset=utf-8"), (VARY, "accept")], body).into_response()
}

/// What waits and what blocks, the oldest first.
struct Listing {
    now: Reading,
    /// How many there are.
    total: usize,
    listed: Vec<Waiting>,
    /// Requests that block their thread since they began, the oldest first.
    blocking: Vec<(&'static Endpoint, Reading)>,
}

/// A request or call that waits.
struct Waiting {
    root: Root,
    /// How many others wait at the same point.
    others: usize,
}

/// Where something waits: the endpoint and the calls, as addresses.
type Point = (usize, Vec<usize>);

impl Listing {
    fn of(registry: &Registry) -> Self {
        let now = Reading::now();
        let roots = in_flight::waiting(registry.store.get(), now);
        let total = roots.len();
        let mut at_point: HashMap<Point, usize> = HashMap::new();
        for root in &roots {
            *at_point.entry(point(root)).or_default() += 1;
        }
        // Of a point that has many, only the oldest are shown, so that the list shows as many points as it can.
        let mut shown: HashMap<Point, usize> = HashMap::new();
        let waiting = roots.into_iter().filter_map(|root| {
            let point = point(&root);
            let others = at_point[&point] - 1;
            let shown = shown.entry(point).or_default();
            *shown += 1;
            (*shown <= MOST_AT_ONE_POINT).then_some(Waiting { root, others })
        });
        let listed = waiting.take(MOST).collect();
        let mut blocking = first_poll::all(registry.store.get());
        blocking.retain(|(_, began)| now.since(*began) >= MOMENT);
        blocking.sort_by_key(|(_, began)| *began);
        Self { now, total, listed, blocking }
    }
}

fn point(root: &Root) -> Point {
    let address = |step: &Step| step.site.map_or(0, |site| std::ptr::from_ref(site).addr());
    let endpoint = root.endpoint().map_or(0, |endpoint| std::ptr::from_ref(endpoint).addr());
    (endpoint, root.steps.iter().map(address).collect())
}

/// A call of the chain, as it is written.
struct Written<'a> {
    name: &'a str,
    location: Option<SourceLocation>,
    age: f64,
    polls: u64,
    last_poll: f64,
}

impl Waiting {
    /// `GET /tasks/{id}`, or the function.
    fn name(&self) -> String {
        let request = self.root.shared.request();
        match (request, self.root.endpoint()) {
            (Some(request), Some(endpoint)) => format!("{} {}", request.method, endpoint.path),
            (Some(request), None) => format!("{} (no route yet)", request.method),
            (None, _) => self.operation().unwrap_or_default().to_owned(),
        }
    }

    fn operation(&self) -> Option<&'static str> {
        self.root.shared.operation().map(|operation| operation.name)
    }

    /// The calls down to the innermost one; the request itself if there is none.
    fn steps(&self, now: Reading) -> Vec<Written<'static>> {
        if self.answered().is_some() {
            return Vec::new();
        }
        let calls = if self.root.steps.len() > 1 && self.root.steps[0].site.is_none() {
            &self.root.steps[1..]
        } else {
            &self.root.steps[..]
        };
        let written = |step: &Step| Written {
            name: step.site.map_or("the request", |site| site.operation.name),
            location: step.site.map(|site| site.operation.location),
            age: seconds(now, step.began),
            polls: step.polls,
            last_poll: seconds(now, step.last_poll),
        };
        calls.iter().map(written).collect()
    }

    /// After how many seconds the head of its response was sent, if its body has not ended.
    fn answered(&self) -> Option<f64> {
        Some(in_seconds(self.root.shared.request()?.answered()?))
    }

    /// How long the poll takes that runs now.
    fn polled_for(&self, now: Reading) -> Option<f64> {
        self.root.polled_since.map(|since| seconds(now, since))
    }
}

fn seconds(now: Reading, then: Reading) -> f64 {
    in_seconds(now.since(then))
}

/// The listing for people.
struct Text<'a>(&'a Listing);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Listing { now, total, listed, blocking } = self.0;
        writeln!(
            f,
            "{total} waiting for more than 0.1 s, the oldest first; {} shown",
            listed.len()
        )?;
        for (endpoint, began) in blocking {
            let (age, Endpoint { method, path, .. }) = (seconds(*now, *began), endpoint);
            writeln!(f, "\n{age:.1} s  {method} {path}")?;
            writeln!(f, "    {age:.1} s in its first poll: it blocks its thread")?;
        }
        for waiting in listed {
            let age = seconds(*now, waiting.root.began());
            write!(f, "\n{age:.1} s  {}", waiting.name())?;
            if let Some(operation) = waiting.operation().filter(|name| *name != waiting.name()) {
                write!(f, "  {operation}")?;
            }
            if let Some(id) = waiting.root.shared.request_id() {
                write!(f, "  request_id={id}")?;
            }
            if let Some(trace) = waiting.root.shared.trace() {
                write!(f, "  trace_id={:032x}", trace.trace_id)?;
            }
            f.write_str("\n")?;
            for step in waiting.steps(*now) {
                let Written { name, location, age, polls, last_poll } = step;
                let plural = if polls == 1 { "" } else { "s" };
                write!(
                    f,
                    "    {age:.1} s in {name}, {polls} poll{plural}, last {last_poll:.1} s ago"
                )?;
                match location {
                    Some(location) => writeln!(f, "  ({location})")?,
                    None => writeln!(f)?,
                }
            }
            if let Some(answered) = waiting.answered() {
                writeln!(f, "    the head was sent after {answered:.3} s; its body has not ended")?;
            }
            if let Some(polled) = waiting.polled_for(*now) {
                writeln!(f, "    in a poll for {polled:.1} s: it blocks its thread")?;
            }
            if waiting.others > 0 {
                writeln!(f, "    {} others wait at the same point", waiting.others)?;
            }
        }
        Ok(())
    }
}

/// The listing for programs.
fn json(listing: &Listing) -> String {
    let Listing { now, total, listed, blocking } = listing;
    let mut json = JsonWriter::default();
    json.object(|json| {
        json.member("total").plain(total);
        json.member("waiting").list(listed, |json, waiting| write_waiting(json, waiting, *now));
        json.member("blocking").list(blocking, |json, (endpoint, began)| {
            json.object(|json| {
                json.member("age_seconds").plain(Thousandths(seconds(*now, *began)));
                json.member("method").text(endpoint.method);
                json.member("endpoint").text(endpoint.path);
            });
        });
    });
    json.line()
}

fn write_waiting(json: &mut JsonWriter, waiting: &Waiting, now: Reading) {
    let shared = &waiting.root.shared;
    let trace = shared.trace().map(|trace| format!("{:032x}", trace.trace_id));
    let texts = [
        ("method", shared.request().map(|request| request.method)),
        ("endpoint", waiting.root.endpoint().map(|endpoint| endpoint.path)),
        ("operation", waiting.operation()),
        ("request_id", shared.request_id().map(RequestId::as_str)),
        ("trace_id", trace.as_deref()),
    ];
    let numbers =
        [("head_after_seconds", waiting.answered()), ("in_poll_seconds", waiting.polled_for(now))];
    json.object(|json| {
        json.member("age_seconds").plain(Thousandths(seconds(now, waiting.root.began())));
        for (name, text) in texts {
            if let Some(text) = text {
                json.member(name).text(text);
            }
        }
        for (name, number) in numbers {
            if let Some(number) = number {
                json.member(name).plain(Thousandths(number));
            }
        }
        json.member("others_at_same_point").plain(waiting.others);
        json.member("calls").list(&waiting.steps(now), write_call);
    });
}

fn write_call(json: &mut JsonWriter, call: &Written<'_>) {
    let Written { name, location, age, polls, last_poll } = call;
    json.object(|json| {
        json.member("function").text(name);
        json.member("age_seconds").plain(Thousandths(*age));
        json.member("polls").plain(polls);
        json.member("last_poll_seconds_ago").plain(Thousandths(*last_poll));
        if let Some(location) = location {
            json.member("location").text(&location.to_string());
        }
    });
}

/// A number with three decimals.
struct Thousandths(f64);

impl Display for Thousandths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.0)
    }
}
