//! How long a connection of the admin listener may last, and which places it holds meanwhile.

use std::sync::{Arc, Mutex};
use std::time::Duration;

#[cfg(feature = "page")]
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, sleep_until};

use crate::record::sync_lock;

/// The lease of a connection. Clones are of the same lease; requests have it among their extensions.
#[derive(Clone, Debug)]
pub(crate) struct Lease(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    #[cfg(feature = "page")]
    length: Duration,
    until: Instant,
    /// The places that are taken until the connection is closed.
    #[cfg(feature = "page")]
    places: Vec<OwnedSemaphorePermit>,
}

impl Lease {
    pub(crate) fn of(length: Duration) -> Self {
        Self(Arc::new(Mutex::new(State {
            #[cfg(feature = "page")]
            length,
            until: Instant::now() + length,
            #[cfg(feature = "page")]
            places: Vec::new(),
        })))
    }

    /// Lets it last as long again. A stream calls this each time that its client takes something.
    #[cfg(feature = "page")]
    pub(crate) fn renew(&self) {
        let mut state = sync_lock(&self.0);
        state.until = Instant::now() + state.length;
    }

    /// Keeps a place until the connection is closed: a client may read an answer slowly that was written long ago.
    #[cfg(feature = "page")]
    pub(crate) fn hold(&self, place: OwnedSemaphorePermit) {
        sync_lock(&self.0).places.push(place);
    }

    /// Waits for its end.
    pub(crate) async fn end(&self) {
        loop {
            let until = sync_lock(&self.0).until;
            if Instant::now() >= until {
                return;
            }
            sleep_until(until).await;
        }
    }
}

#[cfg(all(test, feature = "page"))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_lease_ends_unless_it_is_renewed() {
        let length = Duration::from_millis(200);
        let (start, lease) = (Instant::now(), Lease::of(length));
        let renewed = lease.clone();
        tokio::spawn(async move {
            tokio::time::sleep(length / 2).await;
            renewed.renew();
        });
        lease.end().await;
        assert!(start.elapsed() >= length + length / 2, "{:?}", start.elapsed());
    }
}
