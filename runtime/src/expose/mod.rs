//! The registry as text: encoders, content negotiation, a stream of bytes, and the admin listener.
//!
//! ```
//! use goldsignal::Registry;
//! use goldsignal::expose::{Format, negotiate};
//!
//! let format = negotiate(Some("application/openmetrics-text;version=1.0.0,text/plain;q=0.5"));
//! assert_eq!(format, Format::OpenMetrics);
//! assert!(Registry::global().encode(format).ends_with("# EOF\n"));
//! ```

#[cfg(feature = "axum")]
pub(crate) mod accept_errors;
#[cfg(feature = "axum")]
pub mod admin;
mod bucket_labels;
pub(crate) mod catalog;
pub(crate) mod claimed_names;
pub(crate) mod encode;
mod escape;
pub(crate) mod families;
#[cfg(feature = "axum")]
mod guard;
mod json_writer;
#[cfg(feature = "axum")]
mod lease;
pub(crate) mod negotiate;
mod number;
#[cfg(feature = "page")]
pub(crate) mod page;
mod sample_line;
mod self_metrics;
pub(crate) mod stream;

pub use catalog::{catalog_to_json, write_catalog_if_asked};
pub use encode::Encoder;
pub use negotiate::{Format, negotiate};
pub use stream::Exposition;

impl crate::registry::Registry {
    /// The whole exposition as one text. For large registries, [`Exposition`] gives it in pieces.
    ///
    /// ```
    /// use goldsignal::Registry;
    /// use goldsignal::expose::Format;
    ///
    /// let text = Registry::global().encode(Format::OpenMetrics);
    /// assert!(text.ends_with("# EOF\n"));
    /// ```
    pub fn encode(&self, format: Format) -> String {
        let mut exposition = Exposition::new(self, format);
        let mut text = Vec::new();
        while let Some(chunk) = exposition.piece() {
            text.extend_from_slice(&chunk);
        }
        String::from_utf8(text).unwrap_or_default()
    }
}
