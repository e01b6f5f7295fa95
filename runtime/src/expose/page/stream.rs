//! `/api/v1/stream`: server-sent events, with a snapshot every two seconds.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http_body::Frame;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast, mpsc, watch};

use super::Page;
use crate::expose::lease::Lease;

/// The most streams at a time.
const MOST: usize = 4;

/// How many other events wait for a stream whose client reads slowly. Further ones replace the oldest.
const WAITING: usize = 64;

/// The open streams.
#[derive(Debug)]
pub(super) struct Streams {
    places: Arc<Semaphore>,
    /// The last snapshot, for all of them.
    snapshots: watch::Sender<Bytes>,
    others: broadcast::Sender<Bytes>,
}

impl Default for Streams {
    fn default() -> Self {
        let (snapshots, _) = watch::channel(Bytes::new());
        let (others, _) = broadcast::channel(WAITING);
        Self { places: Arc::new(Semaphore::new(MOST)), snapshots, others }
    }
}

impl Streams {
    /// Whether there is any.
    pub(super) fn are_watched(&self) -> bool {
        self.snapshots.receiver_count() > 0
    }

    /// Sends a snapshot, which replaces one that was not read yet.
    pub(super) fn send_snapshot(&self, snapshot: &str) {
        self.snapshots.send_replace(event("snapshot", snapshot));
    }
}

impl Streams {
    /// Sends an event that replaces no other one.
    pub(super) fn send(&self, name: &str, data: &str) {
        // Nobody may be there.
        let _ = self.others.send(event(name, data));
    }
}

/// An event. `data` is on one line.
fn event(name: &str, data: &str) -> Bytes {
    format!("event: {name}\ndata: {}\n\n", data.trim_end()).into()
}

pub(super) async fn stream(State(page): State<Page>, request: Request) -> Response {
    let streams = page.streams();
    let Ok(place) = Arc::clone(&streams.places).try_acquire_owned() else {
        let message = "too many streams at a time\n";
        return (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "5")], message).into_response();
    };
    let lease = request.extensions().get::<Lease>().cloned();
    let (sender, events) = mpsc::channel(1);
    let (snapshots, others) = (streams.snapshots.subscribe(), streams.others.subscribe());
    let first = event("snapshot", &page.snapshot());
    tokio::spawn(feed(first, snapshots, others, sender));
    let body = Body::new(Events { waiting: events, lease, _place: place });
    ([(CONTENT_TYPE, "text/event-stream")], body).into_response()
}

/// Feeds a stream until its client is gone.
async fn feed(
    first: Bytes,
    mut snapshots: watch::Receiver<Bytes>,
    mut others: broadcast::Receiver<Bytes>,
    stream: mpsc::Sender<Bytes>,
) {
    let mut next = first;
    while stream.send(next).await.is_ok() {
        next = tokio::select! {
            changed = snapshots.changed() => match changed {
                Ok(()) => snapshots.borrow_and_update().clone(),
                Err(_) => return,
            },
            other = others.recv() => match other {
                Ok(other) => other,
                // The client asks for what it has missed.
                Err(RecvError::Lagged(_)) => Bytes::from_static(b": some events were left out\n\n"),
                Err(RecvError::Closed) => return,
            },
            () = stream.closed() => return,
        };
    }
}

/// The body of a stream. It renews the lease of its connection each time that something is taken, so a client that
/// reads nothing loses it.
struct Events {
    waiting: mpsc::Receiver<Bytes>,
    lease: Option<Lease>,
    _place: OwnedSemaphorePermit,
}

impl http_body::Body for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let event = self.waiting.poll_recv(cx);
        if let (Poll::Ready(Some(_)), Some(lease)) = (&event, &self.lease) {
            lease.renew();
        }
        event.map(|event| event.map(|event| Ok(Frame::data(event))))
    }
}
