//! What goldsignal says of itself, in every registry.

use std::borrow::Cow;
use std::time::SystemTime;

use crate::record::visit::{Header, Losses, Readable, SeriesKind, SeriesSink};

/// A metric about goldsignal, as constant data.
struct Declaration {
    name: &'static str,
    help: &'static str,
    kind: SeriesKind,
    rows: fn(&Losses) -> Vec<Row>,
}

/// A series: its labels, and its value.
type Row = (Vec<(&'static str, String)>, u64);

static OWN: [Declaration; 4] = [
    Declaration {
        name: "goldsignal_hidden_families",
        help: "Families left out of this exposition because their name was taken.",
        // What is hidden can be put right while the process runs.
        kind: SeriesKind::Gauge,
        rows: |losses| vec![(Vec::new(), losses.hidden)],
    },
    Declaration {
        name: "goldsignal_label_overflow_total",
        help: "Look-ups of label values that did not fit their budget and were folded to _OTHER.",
        kind: SeriesKind::Counter,
        rows: |losses| {
            let rows = losses.folded.iter().map(|folded| {
                let (family, label) = (folded.family.clone(), folded.label.clone());
                (vec![("family", family), ("label", label)], folded.count)
            });
            rows.collect()
        },
    },
    Declaration {
        name: "goldsignal_log_lines_dropped_total",
        help: "Lines of the log that were dropped: the sink was too slow for them or refused them.",
        kind: SeriesKind::Counter,
        rows: |losses| vec![(Vec::new(), losses.log_lines)],
    },
    Declaration {
        name: "goldsignal_not_a_number_total",
        help: "Observations that histograms refused because they were not numbers.",
        kind: SeriesKind::Counter,
        rows: |losses| vec![(Vec::new(), losses.not_a_number)],
    },
];

/// The headers of all of them.
pub(super) fn headers() -> impl Iterator<Item = Header<'static>> {
    OWN.iter().map(Declaration::header)
}

/// All of them, telling `losses`.
pub(super) fn families(mut losses: Losses, created: SystemTime) -> Vec<Box<dyn Readable>> {
    losses.folded.sort();
    // Two sources may tell of one family and label: one is hidden, and what it folded is its own affair.
    losses.folded.dedup_by(|a, b| (&a.family, &a.label) == (&b.family, &b.label));
    let family = |declaration: &'static Declaration| -> Box<dyn Readable> {
        Box::new(Own { declaration, rows: (declaration.rows)(&losses), created })
    };
    OWN.iter().map(family).collect()
}

impl Declaration {
    const fn header(&self) -> Header<'static> {
        Header {
            name: Cow::Borrowed(self.name),
            help: Cow::Borrowed(self.help),
            kind: self.kind,
            unit: Cow::Borrowed(""),
        }
    }
}

struct Own {
    declaration: &'static Declaration,
    rows: Vec<Row>,
    created: SystemTime,
}

impl Readable for Own {
    fn header(&self) -> Header<'_> {
        self.declaration.header()
    }

    fn len(&self) -> usize {
        self.rows.len()
    }

    #[expect(clippy::cast_precision_loss, reason = "families are not that many")]
    fn series(&self, index: usize, sink: &mut dyn SeriesSink) {
        let (labels, value) = &self.rows[index];
        let labels: Vec<_> = labels.iter().map(|(name, value)| (*name, value.as_str())).collect();
        match self.declaration.kind {
            SeriesKind::Gauge => sink.gauge(&labels, *value as f64),
            _ => sink.count(&labels, *value, Some(self.created)),
        }
    }
}
