//! The count of dropped lines as a family.

use std::borrow::Cow;

use super::writer::LogWriter;
use crate::declare::Kind;
use crate::record::visit::{Header, Readable, SeriesSink, Source};

impl Source for LogWriter {
    fn families(&self) -> Vec<Box<dyn Readable>> {
        vec![Box::new(Dropped(self.clone()))]
    }
}

struct Dropped(LogWriter);

impl Readable for Dropped {
    fn header(&self) -> Header<'_> {
        Header {
            name: Cow::Borrowed("goldsignal_log_lines_dropped_total"),
            help: Cow::Borrowed("Log lines dropped because the sink was too slow or refused them."),
            kind: Some(Kind::Counter),
            unit: Cow::Borrowed(""),
        }
    }

    fn len(&self) -> usize {
        1
    }

    fn series(&self, _: usize, sink: &mut dyn SeriesSink) {
        sink.count(&[], self.0.dropped(), None);
    }
}
