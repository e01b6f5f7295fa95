//! An exposition in pieces, so that its size does not determine its memory.

use super::encode::Encoder;
use super::negotiate::Format;
use crate::record::visit::{Header, Readable, SeriesKind, SeriesSink};
use crate::registry::Registry;

/// An exposition that is written piece by piece: a position among the families and series, and an encoder.
///
/// With the feature `http`, it is a body of that crate.
pub struct Exposition {
    families: Vec<Box<dyn Readable>>,
    family: usize,
    series: usize,
    encoder: Encoder,
    finished: bool,
}

impl Exposition {
    /// Begins the exposition of `registry`, with the families that it has now.
    pub fn new(registry: &Registry, format: Format) -> Self {
        Self {
            families: registry.families(),
            family: 0,
            series: 0,
            encoder: Encoder::new(format),
            finished: false,
        }
    }

    /// The next piece; `None` at the end.
    #[cfg(feature = "http")]
    pub fn chunk(&mut self) -> Option<bytes::Bytes> {
        self.piece().map(Into::into)
    }

    pub(super) fn piece(&mut self) -> Option<Vec<u8>> {
        while !self.encoder.is_full() && !self.finished {
            self.step();
        }
        let piece = self.encoder.take();
        (!piece.is_empty()).then_some(piece)
    }

    /// Writes series of the current family until the encoder is full or the family ends.
    fn step(&mut self) {
        let Some(family) = self.families.get(self.family) else {
            self.encoder.finish();
            self.finished = true;
            return;
        };
        if self.series == 0 {
            self.encoder.begin(&self.header(&**family));
        }
        self.series = family.write(self.series, &mut self.encoder);
        if self.series >= family.len() {
            self.family += 1;
            self.series = 0;
        }
    }

    /// The header of `family` in this exposition.
    ///
    /// In OpenMetrics, the family of a counter `x_total` is named `x`, and it has samples `x_created`. If another family has
    /// one of these names, the type of the counter is `unknown`: its series are the same, and no names clash.
    fn header<'a>(&self, family: &'a dyn Readable) -> Header<'a> {
        let mut header = family.header();
        if header.kind == SeriesKind::Counter
            && header.name.strip_suffix("_total").is_some_and(|base| self.has_name_of(base))
            && self.encoder.format() == Format::OpenMetrics
        {
            header.kind = SeriesKind::Unknown;
        }
        header
    }

    /// Whether another family has a name that OpenMetrics gives to the counter `{base}_total`.
    fn has_name_of(&self, base: &str) -> bool {
        self.has(base) || self.has(&format!("{base}_created"))
    }

    fn has(&self, name: &str) -> bool {
        self.families.binary_search_by(|family| (*family.header().name).cmp(name)).is_ok()
    }
}

#[cfg(feature = "http")]
impl http_body::Body for Exposition {
    type Data = bytes::Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Self::Data>, Self::Error>>> {
        std::task::Poll::Ready(self.chunk().map(|chunk| Ok(http_body::Frame::data(chunk))))
    }
}

impl std::fmt::Debug for Exposition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Exposition").field("encoder", &self.encoder).finish_non_exhaustive()
    }
}
