//! One observed function: a count, a latency, what is in flight.

pub(crate) mod ours;
pub(crate) mod peers;
mod typed;

use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use crate::case::Case;
use crate::floor;

/// Runs `f` so many times.
pub(crate) fn repeat(f: impl Fn(u64) -> u64 + Sync + 'static) -> impl Fn(u64) + Sync + 'static {
    move |times| {
        for x in 0..times {
            black_box(f(x));
        }
    }
}

/// The value of a future that never waits.
pub(crate) fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits for nothing"),
    }
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = vec![
        Case::new("bare call", repeat(floor::work)),
        Case::new("floor: two time stamps, three own cells", repeat(floor::lowest())),
        Case::new("floor", repeat(floor::observed)).counted(floor::counted),
    ];
    cases.extend(ours::cases());
    cases.extend(peers::cases());
    cases.extend(typed::cases());
    cases
}
