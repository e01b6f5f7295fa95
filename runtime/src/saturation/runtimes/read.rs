//! What a scrape reads of the runtimes.

use std::sync::Arc;

use super::Watched;
use super::heartbeat::Pulse;
use crate::declare::MetricPrefix;
use crate::declare::series::BuiltIn;
use crate::declare::series::tokio::{self as series, label};
use crate::record::visit::{Header, Readable, SeriesSink};

/// The families of the runtimes. Without runtimes there are none.
pub(super) fn families(watched: Vec<Arc<Watched>>) -> Vec<Box<dyn Readable>> {
    let watched: Arc<[Arc<Watched>]> = watched.into();
    let family = |(family, write)| -> Box<dyn Readable> {
        Box::new(Family { declaration: family, watched: Arc::clone(&watched), write })
    };
    if watched.is_empty() { Vec::new() } else { FAMILIES.into_iter().map(family).collect() }
}

/// Writes all series of a runtime.
type Write = fn(&Watched, &mut dyn SeriesSink);

const FAMILIES: [(&BuiltIn, Write); 6] = [
    (&series::WORKERS, |one, sink| gauge(one, sink, one.handle.metrics().num_workers())),
    (&series::WORKER_BUSY, busy),
    (&series::ALIVE_TASKS, |one, sink| gauge(one, sink, one.handle.metrics().num_alive_tasks())),
    (&series::GLOBAL_QUEUE_DEPTH, |one, sink| {
        gauge(one, sink, one.handle.metrics().global_queue_depth());
    }),
    (&series::SCHEDULING_DELAY, |one, sink| {
        one.each_queue(|labels, pulse| pulse.delays.write(labels, sink));
    }),
    (&series::SCHEDULING_OVERDUE, |one, sink| {
        one.each_queue(|labels, pulse| sink.gauge(labels, pulse.overdue().as_secs_f64()));
    }),
];

/// A family of all runtimes. Its series of one runtime are written at once.
struct Family {
    declaration: &'static BuiltIn,
    watched: Arc<[Arc<Watched>]>,
    write: Write,
}

impl Readable for Family {
    fn header(&self) -> Header<'_> {
        Header::of(self.declaration, &MetricPrefix::NONE)
    }

    fn len(&self) -> usize {
        self.watched.len()
    }

    fn series(&self, index: usize, sink: &mut dyn SeriesSink) {
        (self.write)(&self.watched[index], sink);
    }
}

#[expect(clippy::cast_precision_loss, reason = "nobody has 2⁵³ tasks")]
fn gauge(one: &Watched, sink: &mut dyn SeriesSink, value: usize) {
    sink.gauge(&[(label::RUNTIME, &one.name)], value as f64);
}

fn busy(one: &Watched, sink: &mut dyn SeriesSink) {
    let metrics = one.handle.metrics();
    for worker in 0..metrics.num_workers() {
        let busy = metrics.worker_total_busy_duration(worker).as_secs_f64();
        let labels = [(label::RUNTIME, one.name.as_str()), (label::WORKER, &worker.to_string())];
        sink.counter(&labels, busy, None);
    }
}

impl Watched {
    fn each_queue(&self, mut write: impl FnMut(&[(&str, &str)], &Pulse)) {
        for (queue, pulse) in [(series::TASKS, &self.tasks), (series::BLOCKING, &self.blocking)] {
            write(&[(label::RUNTIME, &self.name), (label::QUEUE, queue)], pulse);
        }
    }
}
