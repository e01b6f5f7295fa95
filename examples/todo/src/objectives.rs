//! The objectives of the service.

use std::time::Duration;

use goldsignal::{Severity, Slo};

/// Of the API's requests 99.9 % succeed, and 99 % end within 250 ms.
pub(crate) const API: Slo = Slo::new("api", include_str!("../runbooks/api.md"))
    .availability(99.9)
    .latency(99.0, Duration::from_millis(250));

/// The pending tasks are counted in 99 % of all tries. Users do not notice where they are not.
pub(crate) const SAMPLER: Slo = Slo::new("sampler", include_str!("../runbooks/sampler.md"))
    .availability(99.0)
    .severity(Severity::Ticket);
