//! `/metrics`: the exposition, with a limit on concurrent scrapes.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER, VARY};
use http::{HeaderMap, StatusCode};
use http_body::Frame;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::expose::negotiate::negotiate;
use crate::expose::stream::Exposition;
use crate::record::visit::{Losses, Readable, Source};
use crate::registry::Registry;

/// The maximum number of concurrent scrapes: enough for two Prometheus servers and two people.
const MAX_SCRAPES: usize = 4;

/// The state of the handler: the registry, and the permits of scrapes.
#[derive(Clone)]
pub(super) struct ScrapeState {
    registry: Registry,
    permits: Arc<Semaphore>,
    refused: Arc<Refused>,
}

impl ScrapeState {
    pub(super) fn of(registry: Registry) -> Self {
        let refused = Arc::new(Refused::default());
        registry.attach(Arc::clone(&refused) as _);
        Self { registry, permits: Arc::new(Semaphore::new(MAX_SCRAPES)), refused }
    }
}

pub(super) async fn scrape(State(scrapes): State<ScrapeState>, headers: HeaderMap) -> Response {
    let Ok(permit) = scrapes.permits.try_acquire_owned() else {
        scrapes.refused.0.fetch_add(1, Ordering::Relaxed);
        let message = "too many scrapes at a time\n";
        return (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "1")], message).into_response();
    };
    // Several headers of one name are one list (RFC 9110, section 5.3).
    let accept: Vec<_> = headers.get_all(ACCEPT).iter().flat_map(|value| value.to_str()).collect();
    let format = negotiate(Some(&accept.join(",")));
    let exposition = Exposition::new(&scrapes.registry, format);
    let body = Body::new(Scrape { exposition, _permit: permit });
    ([(CONTENT_TYPE, format.content_type()), (VARY, "accept")], body).into_response()
}

/// A body that streams an exposition, and holds its permit until it is dropped.
struct Scrape {
    exposition: Exposition,
    _permit: OwnedSemaphorePermit,
}

impl http_body::Body for Scrape {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Pin::new(&mut self.exposition).poll_frame(cx)
    }
}

/// The number of scrapes that were refused.
#[derive(Debug, Default)]
struct Refused(AtomicU64);

impl Source for Refused {
    fn families(&self) -> Vec<Box<dyn Readable>> {
        Vec::new()
    }

    fn losses(&self, losses: &mut Losses) {
        losses.scrapes += self.0.load(Ordering::Relaxed);
    }
}
