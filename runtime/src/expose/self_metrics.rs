//! goldsignal's metrics about itself, which every registry exposes.

use std::time::SystemTime;

use crate::declare::MetricPrefix;
use crate::declare::series::{self, BuiltIn, label};
use crate::record::visit::{Header, Losses, Readable, SeriesKind, SeriesSink};

/// The declaration of a metric about goldsignal.
struct Declaration {
    family: &'static BuiltIn,
    rows: fn(&Losses) -> Vec<Row>,
}

/// A series: its labels, and its value.
type Row = (Vec<(&'static str, String)>, u64);

static SELF_METRICS: [Declaration; 9] = [
    Declaration {
        family: &series::ACCEPT_ERRORS,
        rows: |losses| vec![(Vec::new(), losses.accepts)],
    },
    Declaration {
        family: &series::HIDDEN_FAMILIES,
        rows: |losses| vec![(Vec::new(), losses.hidden.len() as u64)],
    },
    Declaration {
        family: &series::LABEL_OVERFLOW,
        rows: |losses| {
            let rows = losses.folded.iter().map(|folded| {
                let (family, name) = (folded.family.clone(), folded.label.clone());
                (vec![(label::FAMILY, family), (label::LABEL, name)], folded.count)
            });
            rows.collect()
        },
    },
    Declaration {
        family: &series::LOG_LINES_DROPPED,
        rows: |losses| vec![(Vec::new(), losses.log_lines)],
    },
    Declaration {
        family: &series::LOG_LINES_SAMPLED_OUT,
        rows: |losses| vec![(Vec::new(), losses.log_lines_sampled_out)],
    },
    Declaration {
        family: &series::LOG_LINES_SUPPRESSED,
        rows: |losses| vec![(Vec::new(), losses.log_lines_suppressed)],
    },
    Declaration {
        family: &series::NOT_A_NUMBER,
        rows: |losses| vec![(Vec::new(), losses.not_a_number)],
    },
    Declaration {
        family: &series::SCRAPES_REFUSED,
        rows: |losses| vec![(Vec::new(), losses.scrapes)],
    },
    Declaration { family: &series::SPANS_DROPPED, rows: |losses| vec![(Vec::new(), losses.spans)] },
];

/// The headers of all of them.
pub(super) fn headers() -> impl Iterator<Item = Header<'static>> {
    SELF_METRICS.iter().map(Declaration::header)
}

/// All of them, telling `losses`.
pub(super) fn families(mut losses: Losses, created: SystemTime) -> Vec<Box<dyn Readable>> {
    losses.folded.sort();
    // Two sources may have the same family and label. One of the families is hidden, so its overflow is left out.
    losses.folded.dedup_by(|a, b| (&a.family, &a.label) == (&b.family, &b.label));
    let family = |declaration: &'static Declaration| -> Box<dyn Readable> {
        Box::new(SelfMetric { declaration, rows: (declaration.rows)(&losses), created })
    };
    SELF_METRICS.iter().map(family).collect()
}

impl Declaration {
    fn kind(&self) -> SeriesKind {
        self.family.kind.into()
    }

    fn header(&self) -> Header<'static> {
        Header::of(self.family, &MetricPrefix::NONE)
    }
}

struct SelfMetric {
    declaration: &'static Declaration,
    rows: Vec<Row>,
    created: SystemTime,
}

impl Readable for SelfMetric {
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
        match self.declaration.kind() {
            SeriesKind::Gauge => sink.gauge(&labels, *value as f64),
            _ => sink.count(&labels, *value, Some(self.created)),
        }
    }
}
