//! The fingerprint of a catalog.

use std::fmt::{Debug, Write};
use std::hash::Hasher;

use siphasher::sip::SipHasher13;

use super::catalog::Catalog;
use super::family::Descriptor;
use super::metric_prefix::MetricPrefix;
use super::objective::{Severity, Slo};
use super::operation::Operation;
use super::series;

/// The fingerprint of `catalog` in a service whose requests are counted by `counted`, a family with this full name.
///
/// It leaves out source locations and texts for people, because no rule depends on them.
pub(super) fn of(catalog: &Catalog, counted: &str) -> String {
    let mut hasher = DeclarationHasher(SipHasher13::new());
    // The name depends on the naming and on the prefix, so hashing it covers both.
    if counted != series::HTTP_REQUESTS.name(&MetricPrefix::NONE) {
        hasher.write_value("names", &counted);
    }
    for operation in &catalog.operations {
        hasher.operation(operation);
    }
    for family in &catalog.families {
        hasher.family(family);
    }
    for slo in &catalog.objectives {
        hasher.objective(slo);
    }
    format!("{:016x}", hasher.0.finish())
}

/// Hashes the `Debug` output of declarations, which is the same on every platform.
struct DeclarationHasher(SipHasher13);

impl DeclarationHasher {
    fn operation(&mut self, operation: &Operation) {
        let Operation { name, routes, bounds, slo, long, .. } = operation;
        let (faults, success) = (operation.faults(), operation.success());
        let slo = slo.map(Slo::name);
        self.write_value("operation", &(name, routes.first(), bounds, slo, long, faults, success));
        if let Some(tool) = operation.tool {
            self.write_value("tool", &tool);
        }
        if let Some(further) = routes.get(1..).filter(|further| !further.is_empty()) {
            self.write_value("routes", &further);
        }
    }

    fn family(&mut self, family: &Descriptor) {
        let Descriptor { name, kind, unit, dimensions, bounds, .. } = family;
        self.write_value("family", &(name, kind, unit, dimensions, bounds));
    }

    fn objective(&mut self, slo: &Slo) {
        let required = (slo.required_availability(), slo.required_latency());
        self.write_value("objective", &(slo.name(), required, slo.period()));
        if slo.alert_severity() != Severity::Page {
            self.write_value("severity", &slo.alert_severity());
        }
    }

    fn write_value(&mut self, kind: &str, value: &impl Debug) {
        // Writing into a hasher does not fail.
        let _ = writeln!(self, "{kind} {value:?}");
    }
}

impl Write for DeclarationHasher {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0.write(text.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::declare::catalog::Catalog;
    use crate::declare::{MetricPrefix, Naming, Operation, Slo, SourceLocation};

    const API: Slo = Slo::new("api", "text").availability(99.9);
    const STRICT: Slo = Slo::new("api", "text").availability(99.95);

    fn fingerprint(name: &'static str, line: u32, slo: &'static Slo) -> String {
        let operation = Operation::new(name, SourceLocation::new("a.rs", line, "a")).slo(slo);
        Catalog {
            operations: vec![Box::leak(Box::new(operation))],
            families: vec![],
            objectives: vec![slo],
        }
        .fingerprint()
    }

    #[test]
    fn depends_on_what_rules_are_generated_from() {
        let first = fingerprint("a::b", 1, &API);
        assert_eq!(first.len(), 16);
        assert_eq!(first, fingerprint("a::b", 2, &API), "a location changes nothing");
        assert_ne!(first, fingerprint("a::c", 1, &API));
        assert_ne!(first, fingerprint("a::b", 1, &STRICT));
    }

    #[test]
    fn differs_by_the_names_of_the_families() {
        let catalog = Catalog::default();
        let prefix = MetricPrefix::new("shop_").unwrap();
        let otel = Naming::OpenTelemetry { url_scheme: "http" };
        let all = [
            catalog.fingerprint_under(Naming::Goldsignal.names(), &MetricPrefix::NONE),
            catalog.fingerprint_under(Naming::Goldsignal.names(), &prefix),
            catalog.fingerprint_under(otel.names(), &MetricPrefix::NONE),
            catalog.fingerprint_under(otel.names(), &prefix),
        ];
        assert_eq!(all[0], catalog.fingerprint());
        assert_eq!(std::collections::BTreeSet::from(all).len(), 4);
    }

    #[test]
    fn depends_on_every_route() {
        use crate::declare::Route;
        const ONE: &[Route] = &[Route::new("GET", "/a")];
        const TWO: &[Route] = &[Route::new("GET", "/a"), Route::new("GET", "/b")];
        let of = |routes| {
            let location = SourceLocation::new("a.rs", 1, "a");
            let operation = Operation::new("a", location).routes(routes);
            let operations = vec![&*Box::leak(Box::new(operation))];
            Catalog { operations, families: vec![], objectives: vec![] }.fingerprint()
        };
        assert_ne!(of(ONE), of(TWO));
    }

    #[test]
    fn is_the_same_in_every_build() {
        let empty = Catalog::default();
        assert_eq!(empty.fingerprint(), "d1fba762150c532c");
        assert_eq!(fingerprint("a::b", 1, &API), "6d19f00fa14563e2");
    }
}
