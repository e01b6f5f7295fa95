//! The encoder of the exposition formats.

use std::io::Write;
use std::time::SystemTime;

use super::bucket_labels::BucketLabels;
use super::negotiate::Format;
use super::sample_line::SampleLine;
use super::{escape, number};
use crate::declare::text_format;
use crate::record::exemplar::Exemplar;
use crate::record::visit::{Buckets, Header, LabelPair, Quantiles, SeriesKind, SeriesSink};

/// The approximate size of a piece in bytes. A server may queue 16 pieces for a slow client, as hyper does; that is half
/// of the memory that a scrape may take.
const PIECE: usize = 8 * 1024;

/// The additional capacity of a piece, so that the series that exceeds `PIECE` rarely reallocates it.
const SLACK: usize = 2 * 1024;

/// Writes families in one of the formats.
#[derive(Debug)]
pub struct Encoder {
    format: Format,
    out: Vec<u8>,
    /// The lines `HELP`, `TYPE` and `UNIT` of the current family. They are written before its first series, so a family
    /// without series is not in the exposition.
    metadata: Vec<u8>,
    /// The name of the current family in this format.
    name: String,
    line: SampleLine,
    /// The number of unchanged labels of the next series, if `same_labels` was called.
    unchanged_values: Option<usize>,
    bucket_labels: BucketLabels,
    /// The prefix of the lines of a histogram's buckets, up to the value of `le`.
    bucket_prefix: Vec<u8>,
    /// Whether the series of the current family have a sample `_created`.
    with_created: bool,
    /// The last creation time and its text, cached because most series have the same.
    created: Option<SystemTime>,
    created_text: Vec<u8>,
}

impl Encoder {
    /// An encoder without output.
    pub fn new(format: Format) -> Self {
        Self {
            format,
            out: Vec::with_capacity(PIECE + SLACK),
            metadata: Vec::new(),
            name: String::new(),
            line: SampleLine::default(),
            unchanged_values: None,
            bucket_labels: BucketLabels::default(),
            bucket_prefix: Vec::new(),
            with_created: false,
            created: None,
            created_text: Vec::new(),
        }
    }

    /// The format of the output.
    pub const fn format(&self) -> Format {
        self.format
    }

    /// Begins a family. Write its series after that.
    ///
    /// In OpenMetrics, the name of a counter has to end in `_total`. If it does not, the type of the family is `unknown`
    /// there: appending `_total` would give the series different names in the two formats.
    pub fn begin(&mut self, header: &Header<'_>) {
        let open_metrics = self.format == Format::OpenMetrics;
        let base = match header.kind {
            SeriesKind::Counter if open_metrics => header.name.strip_suffix("_total"),
            _ => None,
        };
        let word = match header.kind {
            SeriesKind::Counter if !open_metrics || base.is_some() => "counter",
            SeriesKind::Gauge => "gauge",
            SeriesKind::Histogram => "histogram",
            SeriesKind::Summary => "summary",
            SeriesKind::Counter | SeriesKind::Unknown if open_metrics => "unknown",
            SeriesKind::Counter | SeriesKind::Unknown => "untyped",
        };
        self.name.clear();
        self.name.push_str(base.unwrap_or(&header.name));
        self.line.begin_family(&self.name, if base.is_some() { "_total" } else { "" });
        self.unchanged_values = None;
        self.with_created = open_metrics && word != "unknown";
        self.metadata.clear();
        self.describe(header, word);
    }

    fn describe(&mut self, header: &Header<'_>, word: &str) {
        let open_metrics = self.format == Format::OpenMetrics;
        let Self { metadata, name, .. } = self;
        let mut line = |keyword: &str, write: &dyn Fn(&mut Vec<u8>)| {
            metadata.extend_from_slice(keyword.as_bytes());
            metadata.extend_from_slice(name.as_bytes());
            metadata.push(b' ');
            write(metadata);
            metadata.push(b'\n');
        };
        if !header.help.is_empty() {
            line("# HELP ", &|metadata| escape::help(metadata, &header.help, open_metrics));
        }
        line("# TYPE ", &|metadata| metadata.extend_from_slice(word.as_bytes()));
        // OpenMetrics allows a unit only if the name ends in it. The text format has no units.
        let in_name = name.strip_suffix(&*header.unit).is_some_and(|rest| rest.ends_with('_'));
        if open_metrics && in_name && !header.unit.is_empty() {
            line("# UNIT ", &|metadata| metadata.extend_from_slice(header.unit.as_bytes()));
        }
    }

    /// Ends the exposition.
    pub fn finish(&mut self) {
        if self.format == Format::OpenMetrics {
            self.out.extend_from_slice(b"# EOF\n");
        }
    }

    /// The size of the output that was not taken yet, in bytes.
    pub fn len(&self) -> usize {
        self.out.len()
    }

    /// Whether all output was taken.
    pub fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    /// Takes the output so far.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::replace(&mut self.out, Vec::with_capacity(PIECE + SLACK))
    }

    /// Begins a series.
    fn series(&mut self, labels: &[LabelPair<'_>]) {
        if !self.metadata.is_empty() {
            self.out.append(&mut self.metadata);
        }
        self.line.set_labels(labels, self.unchanged_values.take());
    }

    /// Writes a sample whose name is the family's.
    fn sample(&mut self, value: impl FnOnce(&mut Vec<u8>)) {
        self.out.extend_from_slice(self.line.prefix());
        value(&mut self.out);
        self.out.push(b'\n');
    }

    /// Writes a sample whose name is the family's with a suffix.
    fn suffixed(&mut self, suffix: &str, value: impl FnOnce(&mut Vec<u8>)) {
        self.out.extend_from_slice(self.name.as_bytes());
        self.out.extend_from_slice(suffix.as_bytes());
        self.out.extend_from_slice(self.line.labels());
        value(&mut self.out);
        self.out.push(b'\n');
    }

    #[inline]
    fn created(&mut self, created: Option<SystemTime>) {
        if let Some(created) = created.filter(|_| self.with_created) {
            self.created_at(created);
        }
    }

    #[inline(never)]
    fn created_at(&mut self, created: SystemTime) {
        if self.created != Some(created) {
            self.created = Some(created);
            self.created_text.clear();
            number::timestamp(&mut self.created_text, created);
        }
        let text = std::mem::take(&mut self.created_text);
        self.suffixed("_created", |out| out.extend_from_slice(&text));
        self.created_text = text;
    }
}

impl SeriesSink for Encoder {
    fn is_full(&self) -> bool {
        self.out.len() >= PIECE
    }

    fn same_labels(&mut self, values: usize) {
        self.unchanged_values = Some(values);
    }

    fn counter(&mut self, labels: &[LabelPair<'_>], value: f64, created: Option<SystemTime>) {
        self.series(labels);
        self.sample(|out| text_format::float(out, value));
        self.created(created);
    }

    fn count(&mut self, labels: &[LabelPair<'_>], value: u64, created: Option<SystemTime>) {
        self.series(labels);
        self.sample(|out| number::integer(out, value));
        self.created(created);
    }

    fn counts(
        &mut self,
        labels: &[LabelPair<'_>],
        series: &[(&str, u64)],
        created: Option<SystemTime>,
    ) {
        self.series(labels);
        for (value, count) in series {
            self.line.set_last_value(value);
            self.sample(|out| number::integer(out, *count));
            self.created(created);
        }
    }

    fn gauge(&mut self, labels: &[LabelPair<'_>], value: f64) {
        self.series(labels);
        self.sample(|out| text_format::float(out, value));
    }

    fn histogram(
        &mut self,
        labels: &[LabelPair<'_>],
        buckets: Buckets<'_>,
        created: Option<SystemTime>,
    ) {
        self.series(labels);
        self.bucket_prefix.clear();
        self.line.write_with_label(&mut self.bucket_prefix, [&self.name, "_bucket"], "le");
        self.bucket_labels.set_bounds(buckets.bounds);
        let mut count = 0;
        // The text format has no exemplars.
        let open_metrics = self.format == Format::OpenMetrics;
        let exemplars =
            buckets.exemplars.iter().filter(|_| open_metrics).chain(std::iter::repeat(&None));
        let out = &mut self.out;
        for ((bound, in_bucket), exemplar) in
            self.bucket_labels.texts().zip(buckets.counts).zip(exemplars)
        {
            count += in_bucket;
            out.extend_from_slice(&self.bucket_prefix);
            out.extend_from_slice(bound);
            number::integer(out, count);
            if let Some(exemplar) = exemplar {
                write_exemplar(out, exemplar);
            }
            out.push(b'\n');
        }
        // The sum of negative values decreases. So OpenMetrics forbids a sum if a boundary shows that negative values are
        // possible, and it forbids a count without a sum.
        let negative = buckets.bounds.first().is_some_and(|bound| *bound < 0.0);
        if !(negative && open_metrics) {
            self.suffixed("_sum", |out| text_format::float(out, buckets.sum));
            self.suffixed("_count", |out| number::integer(out, count));
        }
        self.created(created);
    }

    fn summary(&mut self, labels: &[LabelPair<'_>], quantiles: Quantiles<'_>) {
        self.series(labels);
        for (quantile, value) in quantiles.values {
            let out = &mut self.out;
            self.line.write_with_label(out, [&self.name, ""], "quantile");
            text_format::label_float(out, *quantile);
            out.extend_from_slice(b"\"} ");
            text_format::float(out, *value);
            out.push(b'\n');
        }
        self.suffixed("_sum", |out| text_format::float(out, quantiles.sum));
        self.suffixed("_count", |out| number::integer(out, quantiles.count));
    }
}

/// Writes an exemplar after the value of a bucket.
fn write_exemplar(out: &mut Vec<u8>, exemplar: &Exemplar) {
    let Exemplar { origin, value, time } = exemplar;
    let (trace, span) = (origin.trace_id, origin.span_id);
    let _ = write!(out, " # {{trace_id=\"{trace:032x}\",span_id=\"{span:016x}\"}} ");
    text_format::float(out, *value);
    out.push(b' ');
    number::timestamp(out, *time);
}
