//! What is counted, written out: encoders, negotiation, the stream, the admin listener.

#[cfg(feature = "axum")]
pub(crate) mod accept_errors;
#[cfg(feature = "axum")]
pub mod admin;
mod bucket_labels;
pub(crate) mod claimed_names;
pub mod encode;
mod escape;
pub(crate) mod families;
pub mod negotiate;
mod number;
mod sample_line;
mod self_metrics;
pub mod stream;

pub use encode::Encoder;
pub use negotiate::{Format, negotiate};
pub use stream::Exposition;

impl crate::registry::Registry {
    /// Everything that is counted, in one text.
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
