//! A good request with ten events of the level `DEBUG`, captured for its story or each a JSON line.

use axum::body::Body;
use axum::extract::{Path, Request};
use axum::response::Response;
use goldsignal::{Telemetry, observed, routes};
use http_body_util::BodyExt;
use std::convert::Infallible;
use tower::{Layer, Service};
use tracing::Dispatch;
use tracing_subscriber::layer::SubscriberExt;

use crate::case::Case;
use crate::functions::now;
use crate::lines::{json, under, writer};

#[observed(get = "/talkative/{id}", fields(id))]
async fn talkative(Path(id): Path<u64>) -> String {
    for step in 0..10_u64 {
        tracing::debug!(step, user = "u-17", items = 3_u64, "looking");
    }
    format!("item {id}")
}

#[observed(get = "/silent/{id}", fields(id))]
async fn silent(Path(id): Path<u64>) -> String {
    format!("item {id}")
}

fn telemetry(filter: &str, stories: &str) -> Telemetry {
    let builder = Telemetry::builder("benches").admin(None).log_filter(filter).stories(stories);
    builder.log_writer(writer()).build().expect("nothing contradicts itself")
}

fn send<S>(path: &'static str, service: S) -> impl Fn(u64) + Sync + 'static
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + Sync + 'static,
{
    move |times| {
        let mut service = service.clone();
        for _ in 0..times {
            let request = Request::builder().uri(path).body(Body::empty());
            let Ok(response) = now(service.call(request.expect("valid")));
            let body = now(response.into_body().collect());
            std::hint::black_box(body.map(http_body_util::Collected::to_bytes).ok());
        }
    }
}

fn requests(path: &'static str, dispatch: Dispatch) -> impl Fn(u64) + Sync + 'static {
    let app = telemetry("off", "off").layer().layer(routes![talkative, silent]);
    under(dispatch, send(path, app))
}

fn log(filter: &str, stories: &str) -> Dispatch {
    let log = telemetry(filter, stories).log_layer();
    Dispatch::new(tracing_subscriber::registry().with(log))
}

pub(crate) const SILENT: [&str; 2] = ["no events, stories off", "no events, stories"];

pub(crate) const TALKATIVE: [&str; 4] = [
    "ten events, stories off",
    "ten events, captured for a story",
    "ten events, JSON lines",
    "ten events, tracing-subscriber's JSON lines",
];

pub(crate) fn cases() -> Vec<Case> {
    let (silent, talkative) = ("/silent/17", "/talkative/17");
    vec![
        Case::new(SILENT[0], requests(silent, log("info", "off"))),
        Case::new(SILENT[1], requests(silent, log("info", "debug"))),
        Case::new(TALKATIVE[0], requests(talkative, log("info", "off"))),
        Case::new(TALKATIVE[1], requests(talkative, log("info", "debug"))),
        Case::new(TALKATIVE[2], requests(talkative, log("debug", "off"))),
        Case::new(TALKATIVE[3], requests(talkative, json())),
    ]
}
