//! Records of the `log` crate as events of `tracing`, so that they are in the log.

use tracing_core::{Level, LevelFilter};
use tracing_log::log::{self, Log, Metadata, Record};
use tracing_log::{AsLog, AsTrace};
use tracing_subscriber::filter::Targets;

/// Turns the records that the log takes into events.
///
/// It decides by the record's own target and level before it asks the subscriber: `tracing_log::LogTracer` asks that one
/// each time, also for `log_enabled!`, where the answer of a layer's filter would be left behind for the thread's next event.
#[derive(Debug)]
struct Bridge(Targets);

impl Log for Bridge {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.0.would_enable(metadata.target(), &metadata.level().as_trace())
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            // It fails for nothing: the result is there for loggers that write.
            let _ = tracing_log::format_trace(record);
        }
    }

    fn flush(&self) {}
}

/// Makes events of the records that `filter` takes, unless the process has a logger. Records of other levels cost what they
/// cost without a logger.
pub(crate) fn install(filter: &Targets) {
    let levels = filter.iter().map(|(_, level)| level).chain(filter.default_level());
    let most = levels.filter_map(LevelFilter::into_level).max();
    // A logger that the process has already stays. If it is `LogTracer`, it makes events of the records, too.
    if log::set_logger(Box::leak(Box::new(Bridge(filter.clone())))).is_ok() {
        log::set_max_level(most.map_or(log::LevelFilter::Off, as_log));
    }
}

fn as_log(level: Level) -> log::LevelFilter {
    level.as_log().to_level_filter()
}
