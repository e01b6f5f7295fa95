//! Saturation: what is about to run out. Each part is read when Prometheus scrapes and for the live page,
//! never on the path of a request.
//!
//! ```
//! use goldsignal::Registry;
//! use goldsignal::expose::Format;
//! # #[cfg(feature = "process")]
//! use goldsignal::saturation::process::Process;
//!
//! # #[cfg(feature = "process")]
//! Registry::global().attach(Process::current());
//! # #[cfg(all(feature = "process", target_os = "linux"))]
//! assert!(Registry::global().encode(Format::Text).contains("\nprocess_open_fds "));
//! ```

mod delays;
pub mod pool;
#[cfg(feature = "process")]
pub mod process;
#[cfg(feature = "process")]
mod reading;
#[cfg(all(feature = "telemetry", any(feature = "axum", feature = "traces")))]
pub(crate) mod runtimes;
