//! Which service runs, in which version, and what it declares: rules that were made of another catalog are told by it.

use std::borrow::Cow;

use crate::declare::catalog::Catalog;
use crate::declare::series::{BUILD_INFO, label};
use crate::record::visit::{Header, Readable, SeriesSink, Source};

/// The series of one program.
#[derive(Clone, Debug)]
pub(super) struct BuildInfo {
    service: String,
    version: String,
    catalog: String,
}

impl BuildInfo {
    pub(super) fn new(service: &str, version: &str) -> Self {
        let catalog = Catalog::linked().fingerprint();
        Self { service: service.to_owned(), version: version.to_owned(), catalog }
    }
}

impl Source for BuildInfo {
    fn families(&self) -> Vec<Box<dyn Readable>> {
        vec![Box::new(self.clone())]
    }
}

impl Readable for BuildInfo {
    fn header(&self) -> Header<'_> {
        Header {
            name: Cow::Borrowed(BUILD_INFO.name),
            help: Cow::Borrowed(BUILD_INFO.help),
            kind: BUILD_INFO.kind.into(),
            unit: Cow::Borrowed(BUILD_INFO.unit),
        }
    }

    fn len(&self) -> usize {
        1
    }

    fn series(&self, _: usize, sink: &mut dyn SeriesSink) {
        let labels = [
            (label::SERVICE, self.service.as_str()),
            (label::VERSION, self.version.as_str()),
            (label::CATALOG, self.catalog.as_str()),
        ];
        sink.gauge(&labels, 1.0);
    }
}
