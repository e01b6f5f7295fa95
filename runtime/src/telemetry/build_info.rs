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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::expose::Format;
    use crate::registry::Registry;

    #[test]
    fn tells_the_fingerprint_that_rules_are_made_with() {
        let registry = Registry::current();
        registry.attach(Arc::new(BuildInfo::new("shop", "1.2.3")));
        let catalog = Catalog::linked().fingerprint();
        let series = format!(
            "goldsignal_build_info{{service=\"shop\",version=\"1.2.3\",catalog=\"{catalog}\"}} 1\n"
        );
        let exposed = registry.encode(Format::Text);
        assert!(exposed.contains(&series), "{exposed}");
    }
}
