//! `goldsignal_build_info`: the service, its version, and the fingerprint of its catalog, by which an alert detects rules that
//! were generated from another catalog.

use crate::declare::MetricPrefix;
use crate::declare::catalog::Catalog;
use crate::declare::series::{BUILD_INFO, label};
use crate::record::visit::{Header, Readable, SeriesSink, Source};
use crate::registry::Registry;

/// The source of the single series.
#[derive(Clone, Debug)]
pub(super) struct BuildInfo {
    service: String,
    version: String,
    catalog: String,
}

impl BuildInfo {
    /// Settles the metric prefix of `registry`: the fingerprint depends on it.
    pub(super) fn new(service: &str, version: &str, registry: &Registry) -> Self {
        let store = registry.store.get();
        let (names, prefix) = (store.naming().names(), store.settled_metric_prefix());
        let catalog = Catalog::linked().fingerprint_under(names, prefix);
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
        Header::of(&BUILD_INFO, &MetricPrefix::NONE)
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
    use crate::declare::Naming;
    use crate::expose::Format;

    #[test]
    fn tells_the_fingerprint_that_rules_are_made_with() {
        let registry = Registry::current();
        registry.attach(Arc::new(BuildInfo::new("shop", "1.2.3", &registry)));
        let catalog = Catalog::linked().fingerprint();
        let series = format!(
            "goldsignal_build_info{{service=\"shop\",version=\"1.2.3\",catalog=\"{catalog}\"}} 1\n"
        );
        let exposed = registry.encode(Format::Text);
        assert!(exposed.contains(&series), "{exposed}");
    }

    #[test]
    fn the_fingerprint_has_the_names_of_the_families_in_it() {
        let prefix = MetricPrefix::new("shop_").unwrap();
        let otel = Naming::OpenTelemetry { url_scheme: "http" };
        let scope = crate::testing::scope();
        scope.registry().set_naming(otel).unwrap();
        scope.registry().set_metric_prefix(prefix.clone()).unwrap();
        let info = BuildInfo::new("shop", "1.2.3", &scope.registry());
        let catalog = Catalog::linked();
        assert_eq!(info.catalog, catalog.fingerprint_under(otel.names(), &prefix));
        assert_ne!(info.catalog, catalog.fingerprint());
    }
}
