//! Which events a log layer takes: those of the log's filter, and those that are captured for stories.
//!
//! Captured are events of the service's own crates down to a level, and of chosen targets. Events of
//! dependencies stay disabled at their callsites.

use std::sync::Arc;

use tracing_core::subscriber::Interest;
use tracing_core::{LevelFilter, Metadata};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Filter};

use super::callsite::is_closing;
use super::exclusive_interest::{self, LogId};
use super::live_filter::LiveFilter;

/// The events that are captured for stories.
#[derive(Debug)]
pub(crate) struct Detail {
    /// The level of the service's own crates.
    own: LevelFilter,
    crates: Vec<&'static str>,
    /// The levels of chosen targets.
    chosen: Targets,
}

impl Detail {
    /// The default directives.
    pub(crate) const DEFAULT: &str = "debug";

    /// A level without a target is that of `crates`. `None` if nothing is taken.
    pub(crate) fn of(targets: &Targets, crates: Vec<&'static str>) -> Option<Self> {
        let own = targets.default_level().unwrap_or(LevelFilter::OFF);
        let chosen: Targets = targets.iter().collect();
        let detail = Self { own, crates, chosen };
        (detail.most() != LevelFilter::OFF).then_some(detail)
    }

    /// Whether the event of a callsite is captured. The closing event of a call is not, since the
    /// call itself is.
    pub(crate) fn takes(&self, metadata: &Metadata<'_>) -> bool {
        let is_own = || {
            let module = metadata.module_path().unwrap_or_else(|| metadata.target());
            self.crates.contains(&crate_of(module))
        };
        let is_taken = || {
            *metadata.level() <= self.own && is_own()
                || self.chosen.would_enable(metadata.target(), metadata.level())
        };
        // A record of the `log` crate has passed the log's filter, unless another logger sends it.
        let is_record = metadata.name() == "log record";
        metadata.is_event() && !is_record && !is_closing(metadata) && is_taken()
    }

    fn most(&self) -> LevelFilter {
        let levels = self.chosen.iter().map(|(_, level)| level);
        levels.fold(self.own, LevelFilter::max)
    }
}

/// The crate of a module.
pub(crate) fn crate_of(module: &str) -> &str {
    module.split("::").next().unwrap_or(module)
}

/// The filter of a log layer.
#[derive(Clone, Debug)]
pub(crate) struct LayerFilter {
    log: LogId,
    live: LiveFilter,
    detail: Option<Arc<Detail>>,
}

impl LayerFilter {
    pub(crate) const fn new(log: LogId, live: LiveFilter, detail: Option<Arc<Detail>>) -> Self {
        Self { log, live, detail }
    }

    fn captures(&self, metadata: &Metadata<'_>) -> bool {
        self.detail.as_ref().is_some_and(|detail| detail.takes(metadata))
    }
}

impl<S> Filter<S> for LayerFilter {
    fn enabled(&self, metadata: &Metadata<'_>, cx: &Context<'_, S>) -> bool {
        Filter::<S>::enabled(&self.live, metadata, cx) || self.captures(metadata)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        let interest = Filter::<S>::callsite_enabled(&self.live, metadata);
        if interest.is_never() && self.captures(metadata) {
            return Interest::always();
        }
        if interest.is_never() || exclusive_interest::refuses(self.log) {
            return Interest::never();
        }
        interest
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        let detail = self.detail.as_ref().map_or(LevelFilter::OFF, |detail| detail.most());
        Filter::<S>::max_level_hint(&self.live).map(|level| level.max(detail))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::filter;

    fn detail(directives: &str) -> Option<Detail> {
        Detail::of(&filter::parse(directives).unwrap(), vec!["shop"])
    }

    #[test]
    fn a_level_alone_is_that_of_the_services_crates() {
        assert_eq!(detail("debug").unwrap().most(), LevelFilter::DEBUG);
        assert_eq!(detail("info,sqlx=trace").unwrap().most(), LevelFilter::TRACE);
        assert_eq!(detail("off,sqlx=info").unwrap().most(), LevelFilter::INFO);
        assert!(detail("off").is_none());
        assert_eq!(["shop::db", "shop", "::x"].map(crate_of), ["shop", "shop", ""]);
    }
}
