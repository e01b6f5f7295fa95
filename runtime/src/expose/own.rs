//! What goldsignal says of itself.

use std::borrow::Cow;

use crate::declare::Kind;
use crate::record::ambient::StoreRef;
use crate::record::visit::{Header, Readable, SeriesSink};

/// A series: its labels, and its value.
type Row = (Vec<(&'static str, String)>, u64);

struct Own {
    name: &'static str,
    help: &'static str,
    kind: Kind,
    rows: Vec<Row>,
    created: std::time::SystemTime,
}

/// The families that goldsignal counts of itself in `store`. `hidden` families had a name that was taken.
pub(crate) fn families(store: &StoreRef, hidden: u64) -> Vec<Box<dyn Readable>> {
    let created = store.get().created();
    let family = |name, help, kind, rows| -> Box<dyn Readable> {
        Box::new(Own { name, help, kind, rows, created })
    };
    let refused = store.get().not_a_number.load(std::sync::atomic::Ordering::Relaxed);
    vec![
        family(
            "goldsignal_label_overflow_total",
            "Look-ups of label values that did not fit their budget and were folded to _OTHER.",
            Kind::Counter,
            crate::record::family::overflows(store),
        ),
        family(
            "goldsignal_not_a_number_total",
            "Observations that histograms refused because they were not numbers.",
            Kind::Counter,
            vec![(Vec::new(), refused.into())],
        ),
        family(
            "goldsignal_hidden_families",
            "Families left out of this scrape because their name was taken.",
            Kind::Gauge,
            vec![(Vec::new(), hidden)],
        ),
    ]
}

/// A counter of one series.
pub(crate) fn total(name: &'static str, help: &'static str, value: u64) -> Box<dyn Readable> {
    let created = crate::Registry::global().store.get().created();
    Box::new(Own { name, help, kind: Kind::Counter, rows: vec![(Vec::new(), value)], created })
}

impl Readable for Own {
    fn header(&self) -> Header<'_> {
        Header {
            name: Cow::Borrowed(self.name),
            help: Cow::Borrowed(self.help),
            kind: Some(self.kind),
            unit: Cow::Borrowed(""),
        }
    }

    fn len(&self) -> usize {
        self.rows.len()
    }

    fn series(&self, index: usize, sink: &mut dyn SeriesSink) {
        let (labels, value) = &self.rows[index];
        let labels: Vec<_> = labels.iter().map(|(name, value)| (*name, value.as_str())).collect();
        match self.kind {
            Kind::Counter => sink.count(&labels, *value, Some(self.created)),
            #[expect(clippy::cast_precision_loss, reason = "nobody has 2⁵³ families")]
            _ => sink.gauge(&labels, *value as f64),
        }
    }
}
