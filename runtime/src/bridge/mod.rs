//! Bridges to other metrics crates: their metrics appear on our exposition, and ours on theirs.
//!
//! ```
//! # #[cfg(all(feature = "metrics", feature = "prometheus"))]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use goldsignal::{Registry, bridge};
//!
//! let ours = Registry::global();
//! // Everything on a `prometheus::Registry`, and everything recorded through the `metrics` facade.
//! bridge::prometheus::attach(&ours, prometheus::default_registry().clone());
//! bridge::metrics::Recorder::new(&ours).install()?;
//! # Ok(())
//! # }
//! # #[cfg(not(all(feature = "metrics", feature = "prometheus")))]
//! # fn main() {}
//! ```

#[cfg(feature = "metrics")]
pub mod metrics;
mod names;
#[cfg(feature = "prometheus")]
pub mod prometheus;
