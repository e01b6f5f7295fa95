//! Services that were not written for goldsignal, before and after they adopt it. Both answer the
//! same, and every request is in series, log and spans.

#[path = "../fault_matrix/client.rs"]
#[expect(dead_code, reason = "shared with the fault matrix, which needs all of it")]
mod client;
#[path = "../fault_matrix/expect.rs"]
#[expect(dead_code, reason = "shared with the fault matrix, which needs all of it")]
mod expect;
#[path = "../fault_matrix/stage.rs"]
#[expect(dead_code, reason = "shared with the fault matrix, which needs all of it")]
mod stage;

mod adopted;
mod pastes;
mod rooms;

use std::time::Duration;

use goldsignal::Slo;

/// The objective of every operation of the services; none of them is late.
pub(crate) const API: Slo = Slo::new(OBJECTIVE, "Look at the store.")
    .availability(99.9)
    .latency(99.0, Duration::from_secs(10));

/// The name of the objective that every operation of the services states.
pub(crate) const OBJECTIVE: &str = "adopt";
