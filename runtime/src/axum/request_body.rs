//! Counts the bytes of a request's body as the service reads them.

use std::any::Any;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};

use crate::observe::shared::Shared;

/// Replaces `body` by one that counts the bytes read from it, if it is axum's and not empty.
///
/// A body of another type cannot be replaced, because the service requires that type.
pub(super) fn count<B: 'static>(body: &mut B, shared: &Arc<Shared>) {
    let Some(body) = (body as &mut dyn Any).downcast_mut::<Body>() else { return };
    if let Some(request) = shared.request() {
        request.count_body();
    }
    if !http_body::Body::is_end_stream(body) {
        let inner = std::mem::take(body);
        *body = Body::new(CountedBody { inner, shared: Arc::clone(shared) });
    }
}

/// A body that counts the bytes read from it.
struct CountedBody {
    inner: Body,
    shared: Arc<Shared>,
}

impl http_body::Body for CountedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(cx));
        if let (Some(Ok(frame)), Some(request)) = (&frame, self.shared.request()) {
            request.receive(frame.data_ref().map_or(0, Bytes::len));
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
