use std::future::{Future, pending, ready};
use std::pin::pin;
use std::task::{Context, Waker};

use super::*;
use crate::expose::Format;
use crate::testing::{Scope, scope};

fn pools(scope: &Scope) -> Arc<Pools> {
    let pools = Arc::new(Pools::default());
    scope.registry().attach(Arc::clone(&pools) as _);
    pools
}

#[test]
fn each_pool_is_told_by_its_name() {
    let scope = scope();
    let pools = pools(&scope);
    assert_eq!(scope.value("db_client_connections_max", &[]), None);
    pools.watch("db", || PoolState::new(7, 3, 10).with_pending(2));
    // A pool may count idle connections later than open ones.
    pools.watch("cache", || PoolState::new(1, 2, 4));
    let connections = |pool, state, count| {
        scope.assert("db_client_connections", &[("pool", pool), ("state", state)], count);
    };
    connections("db", "idle", 3.0);
    connections("db", "used", 4.0);
    connections("cache", "idle", 1.0);
    connections("cache", "used", 0.0);
    scope.assert("db_client_connections_max", &[("pool", "db")], 10.0);
    scope.assert("db_client_connections_pending_requests", &[("pool", "db")], 2.0);
    assert_eq!(scope.value("db_client_connections_pending_requests", &[("pool", "cache")]), None);
    let text = scope.registry().encode(Format::Text);
    assert!(!text.contains("wait_seconds"), "{text}");
    pools.watch("cache", || PoolState::new(4, 0, 4));
    connections("cache", "used", 4.0);
    assert_eq!(scope.registry().hidden_families(), []);
}

/// A pool that measures its waits.
struct Measured(Waits);

impl Pool for Measured {
    fn size(&self) -> usize {
        5
    }

    fn idle(&self) -> usize {
        0
    }

    fn max(&self) -> usize {
        5
    }

    fn waits(&self) -> Option<&Waits> {
        Some(&self.0)
    }
}

#[test]
fn waits_are_counted_until_they_end_or_are_cancelled() {
    let (scope, waits) = (scope(), Waits::default());
    pools(&scope).watch("db", Measured(waits.clone()));
    let pending_requests =
        |count| scope.assert("db_client_connections_pending_requests", &[("pool", "db")], count);
    let ended = |count| scope.assert("db_client_connections_wait_seconds_count", &[], count);
    pending_requests(0.0);
    let mut context = Context::from_waker(Waker::noop());
    {
        let mut cancelled = pin!(waits.measure(pending::<()>()));
        assert!(cancelled.as_mut().poll(&mut context).is_pending());
        pending_requests(1.0);
        ended(0.0);
    }
    pending_requests(0.0);
    ended(1.0);
    assert!(pin!(waits.measure(ready(7))).poll(&mut context).is_ready());
    drop(waits.begin());
    ended(3.0);
}

#[test]
fn names_are_bounded() {
    let scope = scope();
    let pools = pools(&scope);
    for number in 0..MOST + 2 {
        pools.watch(&number.to_string(), || PoolState::new(0, 0, 1));
    }
    scope.assert("db_client_connections_max", &[], 16.0);
    scope.assert_event("no more pools are watched", &[("pool", "16")]);
}
