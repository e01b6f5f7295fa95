//! The encoders: series in, text out.

use std::time::SystemTime;

use super::negotiate::Format;
use super::{escape, number};
use crate::declare::Kind;
use crate::record::visit::{Buckets, Header, LabelPair, Quantiles, Readable, SeriesSink};

/// Writes families in one of the formats.
#[derive(Debug)]
pub struct Encoder {
    format: Format,
    out: Vec<u8>,
    /// The head of the current family, written before its first series: a family without series is not
    /// mentioned.
    head: Vec<u8>,
    /// The name of the current family's samples, without a suffix that the format adds.
    name: String,
}

impl Encoder {
    /// An encoder that has written nothing.
    pub fn new(format: Format) -> Self {
        Self { format, out: Vec::new(), head: Vec::new(), name: String::new() }
    }

    /// Begins a family. Its series follow.
    pub fn begin(&mut self, family: &dyn Readable) {
        let header = family.header();
        self.name.clear();
        let open = self.format == Format::OpenMetrics;
        let is_counter = header.kind == Some(Kind::Counter);
        let base = if open && is_counter { header.name.strip_suffix("_total") } else { None };
        self.name.push_str(base.unwrap_or(&header.name));
        self.describe(&header);
    }

    fn describe(&mut self, header: &Header<'_>) {
        let open = self.format == Format::OpenMetrics;
        let kind = match header.kind {
            // OpenMetrics allows no counter whose name does not end in `_total`.
            Some(Kind::Counter) if open && !header.name.ends_with("_total") => "unknown",
            Some(kind) => kind.as_str(),
            None if open => "unknown",
            None => "untyped",
        };
        let Self { head, name, .. } = self;
        head.clear();
        for (word, text) in [("# HELP ", None), ("# TYPE ", Some(kind))] {
            head.extend_from_slice(word.as_bytes());
            head.extend_from_slice(name.as_bytes());
            head.push(b' ');
            match text {
                Some(text) => head.extend_from_slice(text.as_bytes()),
                None => escape::help(head, &header.help, open),
            }
            head.push(b'\n');
        }
        let with_unit = open
            && !header.unit.is_empty()
            && name.strip_suffix(&*header.unit).is_some_and(|rest| rest.ends_with('_'));
        if with_unit {
            head.extend_from_slice(b"# UNIT ");
            head.extend_from_slice(name.as_bytes());
            head.push(b' ');
            head.extend_from_slice(header.unit.as_bytes());
            head.push(b'\n');
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
        std::mem::take(&mut self.out)
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
        if let (Format::OpenMetrics, Some(created)) = (self.format, created) {
            self.sample("_created", labels, None, |out| number::timestamp(out, created));
        }
    }

    /// What the format puts behind a counter's name: the name was cut where it says `_total`.
    fn total(&self) -> &'static str {
        match self.format {
            Format::OpenMetrics if !self.name.ends_with("_total") => "_total",
            _ => "",
        }
    }
}

impl SeriesSink for Encoder {
    fn counter(&mut self, labels: &[LabelPair<'_>], value: f64, created: Option<SystemTime>) {
        self.sample(self.total(), labels, None, |out| number::value(out, value));
        self.created(labels, created);
    }

    fn count(&mut self, labels: &[LabelPair<'_>], value: u64, created: Option<SystemTime>) {
        self.sample(self.total(), labels, None, |out| number::whole(out, value));
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
        for (bound, in_bucket) in bounds.zip(buckets.counts) {
            count += in_bucket;
            self.sample("_bucket", labels, Some(("le", bound)), |out| number::whole(out, count));
        }
        self.sample("_sum", labels, None, |out| number::value(out, buckets.sum));
        self.sample("_count", labels, None, |out| number::whole(out, count));
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
