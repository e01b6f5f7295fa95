//! The objectives of the tools.

use std::time::Duration;

use goldsignal::Slo;

/// Of the tool calls 99.5 % succeed, and 99 % end within a second.
pub(crate) const TOOLS: Slo = Slo::new("tools", include_str!("../runbooks/tools.md"))
    .availability(99.5)
    .latency(99.0, Duration::from_secs(1));
