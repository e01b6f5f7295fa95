//! The encoders: series in, text out.

use std::io::Write;
use std::time::SystemTime;

use super::negotiate::Format;
use super::{escape, number};
use crate::record::exemplar::Exemplar;
use crate::record::visit::{Buckets, Header, LabelPair, Quantiles, SeriesKind, SeriesSink};

/// Writes families in one of the formats.
#[derive(Debug)]
pub struct Encoder {
    format: Format,
    out: Vec<u8>,
    /// The head of the current family, written before its first series: a family without series is not
    /// mentioned.
    head: Vec<u8>,
    /// The name of the current family, as this format has it.
    name: String,
    /// What the samples of a counter have behind that name.
    total: &'static str,
    /// Whether the current family tells when its series began.
    with_created: bool,
    /// The last of these times, and as it is written: most series have the same.
    created: Option<(SystemTime, Vec<u8>)>,
}

impl Encoder {
    /// An encoder that has written nothing.
    pub fn new(format: Format) -> Self {
        Self {
            format,
            out: Vec::new(),
            head: Vec::new(),
            name: String::new(),
            total: "",
            with_created: false,
            created: None,
        }
    }

    /// The format that it writes.
    pub const fn format(&self) -> Format {
        self.format
    }

    /// Begins a family. Its series follow.
    ///
    /// OpenMetrics knows no counter whose name does not end in `_total`. Appending it would give the series
    /// another name than in the text format, so such a counter is `unknown`, and keeps its name.
    pub fn begin(&mut self, header: &Header<'_>) {
        let open = self.format == Format::OpenMetrics;
        let base = match header.kind {
            SeriesKind::Counter if open => header.name.strip_suffix("_total"),
            _ => None,
        };
        let word = match header.kind {
            SeriesKind::Counter if !open || base.is_some() => "counter",
            SeriesKind::Gauge => "gauge",
            SeriesKind::Histogram => "histogram",
            SeriesKind::Summary => "summary",
            SeriesKind::Counter | SeriesKind::Unknown if open => "unknown",
            SeriesKind::Counter | SeriesKind::Unknown => "untyped",
        };
        self.name.clear();
        self.name.push_str(base.unwrap_or(&header.name));
        self.total = if base.is_some() { "_total" } else { "" };
        self.with_created = open && word != "unknown";
        self.head.clear();
        self.describe(header, word);
    }

    fn describe(&mut self, header: &Header<'_>, word: &str) {
        let open = self.format == Format::OpenMetrics;
        let Self { head, name, .. } = self;
        let mut line = |keyword: &str, write: &dyn Fn(&mut Vec<u8>)| {
            head.extend_from_slice(keyword.as_bytes());
            head.extend_from_slice(name.as_bytes());
            head.push(b' ');
            write(head);
            head.push(b'\n');
        };
        if !header.help.is_empty() {
            line("# HELP ", &|head| escape::help(head, &header.help, open));
        }
        line("# TYPE ", &|head| head.extend_from_slice(word.as_bytes()));
        // OpenMetrics allows a unit only where the name ends in it; the text format knows none.
        let in_name = name.strip_suffix(&*header.unit).is_some_and(|rest| rest.ends_with('_'));
        if open && in_name && !header.unit.is_empty() {
            line("# UNIT ", &|head| head.extend_from_slice(header.unit.as_bytes()));
        }
    }

    /// Ends the exposition.
    pub fn finish(&mut self) {
        if self.format == Format::OpenMetrics {
            self.out.extend_from_slice(b"# EOF\n");
        }
    }

    /// How much is written and not yet taken, in bytes.
    pub fn len(&self) -> usize {
        self.out.len()
    }

    /// Whether nothing is written that was not taken.
    pub fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    /// Takes what is written so far.
    pub fn take(&mut self) -> Vec<u8> {
        // The next piece is about as large: growing to it step by step would copy it several times.
        let next = Vec::with_capacity(self.out.len());
        std::mem::replace(&mut self.out, next)
    }

    /// Writes one sample.
    fn sample(
        &mut self,
        suffix: &str,
        labels: &[LabelPair<'_>],
        extra: Option<(&str, f64)>,
        value: impl FnOnce(&mut Vec<u8>),
    ) {
        self.out.append(&mut self.head);
        let out = &mut self.out;
        out.extend_from_slice(self.name.as_bytes());
        out.extend_from_slice(suffix.as_bytes());
        if !labels.is_empty() || extra.is_some() {
            let mut separator = b'{';
            for (name, value) in labels {
                out.push(separator);
                separator = b',';
                out.extend_from_slice(name.as_bytes());
                out.extend_from_slice(b"=\"");
                escape::label(out, value);
                out.push(b'"');
            }
            if let Some((name, bound)) = extra {
                out.push(separator);
                out.extend_from_slice(name.as_bytes());
                out.extend_from_slice(b"=\"");
                number::bound(out, bound);
                out.push(b'"');
            }
            out.push(b'}');
        }
        out.push(b' ');
        value(out);
        out.push(b'\n');
    }

    fn created(&mut self, labels: &[LabelPair<'_>], created: Option<SystemTime>) {
        let Some(created) = created.filter(|_| self.with_created) else { return };
        let known = self.created.take().filter(|(time, _)| *time == created);
        let known = known.unwrap_or_else(|| {
            let mut text = Vec::new();
            number::timestamp(&mut text, created);
            (created, text)
        });
        self.sample("_created", labels, None, |out| out.extend_from_slice(&known.1));
        self.created = Some(known);
    }
}

impl SeriesSink for Encoder {
    fn counter(&mut self, labels: &[LabelPair<'_>], value: f64, created: Option<SystemTime>) {
        self.sample(self.total, labels, None, |out| number::value(out, value));
        self.created(labels, created);
    }

    fn count(&mut self, labels: &[LabelPair<'_>], value: u64, created: Option<SystemTime>) {
        self.sample(self.total, labels, None, |out| number::whole(out, value));
        self.created(labels, created);
    }

    fn gauge(&mut self, labels: &[LabelPair<'_>], value: f64) {
        self.sample("", labels, None, |out| number::value(out, value));
    }

    fn histogram(
        &mut self,
        labels: &[LabelPair<'_>],
        buckets: Buckets<'_>,
        created: Option<SystemTime>,
    ) {
        let mut count = 0;
        let bounds = buckets.bounds.iter().copied().chain([f64::INFINITY]);
        // The text format knows no exemplars.
        let open = self.format == Format::OpenMetrics;
        let exemplars = buckets.exemplars.iter().filter(|_| open).chain(std::iter::repeat(&None));
        for ((bound, in_bucket), exemplar) in bounds.zip(buckets.counts).zip(exemplars) {
            count += in_bucket;
            self.sample("_bucket", labels, Some(("le", bound)), |out| {
                number::whole(out, count);
                if let Some(exemplar) = exemplar {
                    write_exemplar(out, exemplar);
                }
            });
        }
        // A sum of values below zero goes down, so OpenMetrics forbids it where a bound says that there are
        // such values; and it allows no count without a sum.
        let negative = buckets.bounds.first().is_some_and(|bound| *bound < 0.0);
        if !(negative && open) {
            self.sample("_sum", labels, None, |out| number::value(out, buckets.sum));
            self.sample("_count", labels, None, |out| number::whole(out, count));
        }
        self.created(labels, created);
    }

    fn summary(&mut self, labels: &[LabelPair<'_>], quantiles: Quantiles<'_>) {
        for (quantile, value) in quantiles.values {
            self.sample("", labels, Some(("quantile", *quantile)), |out| {
                number::value(out, *value);
            });
        }
        self.sample("_sum", labels, None, |out| number::value(out, quantiles.sum));
        self.sample("_count", labels, None, |out| number::whole(out, quantiles.count));
    }
}

/// Writes what stands behind a bucket's value.
fn write_exemplar(out: &mut Vec<u8>, exemplar: &Exemplar) {
    let Exemplar { origin, value, time } = exemplar;
    let (trace, span) = (origin.trace_id, origin.span_id);
    let _ = write!(out, " # {{trace_id=\"{trace:032x}\",span_id=\"{span:016x}\"}} ");
    number::value(out, *value);
    out.push(b' ');
    number::timestamp(out, *time);
}
