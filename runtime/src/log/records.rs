//! Turns records of the `log` crate into `tracing` events, so that the log contains them.

use tracing_core::{Level, LevelFilter};
use tracing_log::log::{self, Log, Metadata, Record};
use tracing_log::{AsLog, AsTrace};
use tracing_subscriber::filter::Targets;

use super::live_filter::LiveFilter;

/// A logger that turns the records that the log's filter accepts into events.
///
/// It checks the record's own target and level before it calls the subscriber.
/// `tracing_log::LogTracer` calls the subscriber each time, also for `log_enabled!`, and the answer
/// of a layer's filter then stays for the thread's next event.
#[derive(Debug)]
struct Bridge(LiveFilter);

impl Log for Bridge {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.0.would_enable(metadata.target(), metadata.level().as_trace())
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            // This never fails; the result exists for loggers that write.
            let _ = tracing_log::format_trace(record);
        }
    }

    fn flush(&self) {}
}

/// Installs the logger for records that `filter` accepts, unless the process has one. Records of
/// other levels cost what they cost without a logger.
pub(crate) fn install(filter: &LiveFilter) {
    // An installed logger stays. If it is `LogTracer`, it turns records into events too.
    if log::set_logger(Box::leak(Box::new(Bridge(filter.clone())))).is_ok() {
        filter.takes_records();
    }
}

/// Refuses records of levels that no directive takes, before they are formatted.
pub(super) fn set_max_level(filter: &Targets) {
    let levels = filter.iter().map(|(_, level)| level).chain(filter.default_level());
    let most = levels.filter_map(LevelFilter::into_level).max();
    log::set_max_level(most.map_or(log::LevelFilter::Off, as_log));
}

fn as_log(level: Level) -> log::LevelFilter {
    level.as_log().to_level_filter()
}
