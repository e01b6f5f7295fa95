//! A family that is one number, which was read for this scrape.

use std::time::SystemTime;

use crate::declare::series::BuiltIn;
use crate::declare::{Kind, MetricPrefix};
use crate::record::visit::{Header, Readable, SeriesSink};

/// The value of a family without labels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reading {
    pub(super) family: &'static BuiltIn,
    pub(super) value: f64,
    /// When a counter began to count, if that is known.
    pub(super) created: Option<SystemTime>,
}

impl Reading {
    pub(super) const fn new(family: &'static BuiltIn, value: f64) -> Self {
        Self { family, value, created: None }
    }
}

impl Readable for Reading {
    fn header(&self) -> Header<'_> {
        Header::of(self.family, &MetricPrefix::NONE)
    }

    fn len(&self) -> usize {
        1
    }

    fn series(&self, _: usize, sink: &mut dyn SeriesSink) {
        match self.family.kind {
            Kind::Counter => sink.counter(&[], self.value, self.created),
            _ => sink.gauge(&[], self.value),
        }
    }
}
