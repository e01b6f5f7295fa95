//! Which traces are exported although the sampler refused them: those that end badly or late.

use opentelemetry_sdk::trace::Sampler;

use super::Tracer;
use super::span_data::{self, Now};
use crate::declare::FieldValue;
use crate::observe::current;
use crate::observe::notable::Notable;
use crate::observe::recorded_span::RecordedSpan;

/// Which traces are exported although the sampler refused them.
///
/// Spans of a request or job that the sampler refused wait in memory until it ends. Then they are all
/// exported or all thrown away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeepTraces {
    /// None: the sampler alone decides, when a trace begins.
    Ratio,
    /// Those in which a request or observed call failed, or missed its objective.
    Bad,
    /// Those whose request or job was slower than 99 of 100 of its kind, if its objective states no
    /// latency.
    Slow,
    /// Both.
    BadOrSlow,
}

impl KeepTraces {
    /// The default beside `sampler`. One that refuses every trace is meant to turn all spans off.
    pub(crate) fn beside(sampler: &Sampler) -> Self {
        let is_off = match sampler {
            Sampler::AlwaysOff => true,
            // It is a trait object, which says no more than this.
            Sampler::ParentBased(root) => format!("{root:?}") == "AlwaysOff",
            _ => false,
        };
        if is_off { Self::Ratio } else { Self::Bad }
    }

    /// Whether an end for this reason keeps its trace.
    fn takes(self, notable: Notable) -> bool {
        match notable {
            Notable::Bad | Notable::Late => matches!(self, Self::Bad | Self::BadOrSlow),
            Notable::Slow => matches!(self, Self::Slow | Self::BadOrSlow),
        }
    }
}

impl Tracer {
    /// Takes a span that has ended.
    pub(super) fn end(&self, mut span: Box<RecordedSpan>) {
        if span.pending.is_none() {
            self.export([span], false);
            return;
        }
        if let Some(end) = &mut span.end {
            end.notable = end.notable.filter(|notable| self.keep.takes(*notable));
        }
        if span.is_root() { self.decide(span) } else { self.hold(span) }
    }

    /// Exports or throws away a trace whose first span has ended.
    fn decide(&self, mut root: Box<RecordedSpan>) {
        let mut why = root.end.as_ref().and_then(|end| end.notable);
        let dropped = root.decide(|is_bad| {
            why = why.max(is_bad.then_some(Notable::Bad));
            why.is_some()
        });
        let Some((dropped, why)) = dropped.zip(why) else { return root.recycle() };
        mark(&mut root, why);
        if dropped > 0 {
            self.pipeline.refuse(dropped.into());
            root.attributes.push("goldsignal.spans_dropped", FieldValue::U64(dropped.into()));
        }
        let mut spans = std::mem::take(&mut root.inner);
        spans.push(root);
        self.export(spans, true);
    }

    /// Lets a span wait for its trace's end.
    fn hold(&self, span: Box<RecordedSpan>) {
        let Some(span) = current::give_to_root(span) else { return };
        let Some(pending) = span.pending.clone() else { return };
        if let Some(mut span) = pending.take_elsewhere(span) {
            // It is late: its trace was exported before, or this one is bad alone.
            if let Some(why) = span.end.as_ref().and_then(|end| end.notable) {
                mark(&mut span, why);
            }
            self.export([span], true);
        }
    }

    /// Exports all of these spans, or none if the queue is too full.
    fn export<I>(&self, spans: I, is_kept: bool)
    where
        I: IntoIterator<Item = Box<RecordedSpan>, IntoIter: ExactSizeIterator>,
    {
        let spans = spans.into_iter();
        if !self.pipeline.reserve(spans.len()) {
            return;
        }
        let now = Now::read();
        for mut span in spans {
            match span_data::of(&mut span, now, is_kept) {
                Some(data) => self.pipeline.end(data),
                None => self.pipeline.release(),
            }
            span.recycle();
        }
    }
}

/// Says why the trace is exported.
fn mark(span: &mut RecordedSpan, why: Notable) {
    let why = match why {
        Notable::Bad => "bad",
        Notable::Late => "late",
        Notable::Slow => "slow",
    };
    span.attributes.push("goldsignal.kept", FieldValue::Text(why));
}
