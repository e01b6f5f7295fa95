//! The settings of stories.

use std::sync::Arc;

use super::{Builder, TelemetryError};
use crate::declare::catalog::Catalog;
use crate::emit::story::Stories;
use crate::log::detail::{Detail, crate_of};
use crate::log::filter;
use crate::log::live_filter::LiveFilter;

/// The environment variable with the events that stories capture, or `off`.
pub(super) const STORIES_VARIABLE: &str = "GOLDSIGNAL_STORIES";

/// The settings.
#[derive(Debug)]
pub(super) struct StorySettings {
    directives: String,
    bytes_per_minute: u64,
}

impl Default for StorySettings {
    fn default() -> Self {
        Self { directives: Detail::DEFAULT.to_owned(), bytes_per_minute: Stories::BYTES_PER_MINUTE }
    }
}

impl StorySettings {
    pub(super) fn read(&mut self, set: impl Fn(&str) -> Option<String>) {
        if let Some(directives) = set(STORIES_VARIABLE) {
            self.directives = directives;
        }
    }

    #[cfg(feature = "page")]
    pub(super) fn directives(&self) -> &str {
        &self.directives
    }

    /// The stories of the log with this filter; `None` if they are off.
    pub(super) fn stories(self, live: &LiveFilter) -> Result<Option<Arc<Stories>>, TelemetryError> {
        let targets = filter::parse(&self.directives).map_err(TelemetryError::Stories)?;
        let detail = Detail::of(&targets, own_crates());
        let bytes = self.bytes_per_minute;
        Ok(detail.map(|detail| Arc::new(Stories::new(detail, live.clone(), bytes))))
    }
}

/// The crates that have observed functions.
fn own_crates() -> Vec<&'static str> {
    let operations = Catalog::linked().operations.into_iter();
    let mut crates: Vec<_> =
        operations.map(|operation| crate_of(operation.location.module)).collect();
    crates.sort_unstable();
    crates.dedup();
    crates
}

impl Builder {
    /// Sets which events are captured for the stories of requests that end badly or late, or `off`. The default is `debug`.
    ///
    /// A level alone is that of the service's own crates: those that have observed functions. Events of dependencies are
    /// captured where a target chooses them, and otherwise as far as the log has them.
    ///
    /// ```
    /// use goldsignal::Telemetry;
    ///
    /// let telemetry = Telemetry::builder("shop").stories("debug,sqlx::query=debug").build()?;
    /// # Ok::<(), goldsignal::telemetry::TelemetryError>(())
    /// ```
    #[must_use]
    pub fn stories(mut self, directives: impl Into<String>) -> Self {
        self.stories.directives = directives.into();
        self
    }

    /// Sets how many bytes of stories the log may have in a minute. The default is 4 MiB; 0 keeps stories in memory alone.
    /// A story that exceeds the budget is left out of the log, and counted as
    /// `goldsignal_stories_dropped_total{sink="log"}`.
    #[must_use]
    pub const fn story_bytes_per_minute(mut self, bytes: u64) -> Self {
        self.stories.bytes_per_minute = bytes;
        self
    }
}
