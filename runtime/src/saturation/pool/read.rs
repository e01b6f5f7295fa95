//! What a scrape reads of the pools.

use std::sync::Arc;

use super::{PoolState, Watched};
use crate::declare::MetricPrefix;
use crate::declare::series::BuiltIn;
use crate::declare::series::pool::{self as series, label};
use crate::record::visit::{Header, Readable, SeriesSink};

/// A pool with its numbers at this scrape.
struct Sampled {
    watched: Arc<Watched>,
    state: PoolState,
}

/// The families of the pools. Each pool is asked once.
pub(super) fn families(watched: &[Arc<Watched>]) -> Vec<Box<dyn Readable>> {
    let sampled =
        |one: &Arc<Watched>| Sampled { watched: Arc::clone(one), state: one.pool.state() };
    let sampled: Arc<[Sampled]> = watched.iter().map(sampled).collect();
    let family = |(declaration, write)| -> Box<dyn Readable> {
        Box::new(Family { declaration, sampled: Arc::clone(&sampled), write })
    };
    if sampled.is_empty() { Vec::new() } else { FAMILIES.into_iter().map(family).collect() }
}

/// Writes all series of a pool.
type Write = fn(&Sampled, &mut dyn SeriesSink);

const FAMILIES: [(&BuiltIn, Write); 4] = [
    (&series::CONNECTIONS, |one, sink| {
        let idle = one.state.size - one.state.used();
        for (state, count) in [(series::IDLE, idle), (series::USED, one.state.used())] {
            sink.gauge(&[(label::POOL, one.name()), (label::STATE, state)], float(count));
        }
    }),
    (&series::CONNECTIONS_MAX, |one, sink| {
        sink.gauge(&[(label::POOL, one.name())], float(one.state.max));
    }),
    (&series::PENDING_REQUESTS, |one, sink| {
        if let Some(pending) = one.state.pending {
            sink.gauge(&[(label::POOL, one.name())], float(pending));
        }
    }),
    (&series::WAIT_TIME, |one, sink| {
        if let Some(waits) = one.watched.pool.waits() {
            waits.times().write(&[(label::POOL, one.name())], sink);
        }
    }),
];

impl Sampled {
    fn name(&self) -> &str {
        &self.watched.name
    }
}

/// A family of all pools. Its series of one pool are written at once.
struct Family {
    declaration: &'static BuiltIn,
    sampled: Arc<[Sampled]>,
    write: Write,
}

impl Readable for Family {
    fn header(&self) -> Header<'_> {
        Header::of(self.declaration, &MetricPrefix::NONE)
    }

    fn len(&self) -> usize {
        self.sampled.len()
    }

    fn series(&self, index: usize, sink: &mut dyn SeriesSink) {
        (self.write)(&self.sampled[index], sink);
    }
}

#[expect(clippy::cast_precision_loss, reason = "nobody has 2⁵³ connections")]
fn float(count: usize) -> f64 {
    count as f64
}
