//! A short name of everything that is declared.

use std::fmt::{Debug, Write};
use std::hash::Hasher;

use siphasher::sip::SipHasher13;

use super::catalog::Catalog;
use super::family::Descriptor;
use super::metric_prefix::MetricPrefix;
use super::objective::Slo;
use super::operation::Operation;
use super::series;

/// The fingerprint of `catalog` in a service whose requests are counted by `counted`, a family with this full name.
/// Places and texts for people are left out: no rule depends on them.
pub(super) fn of(catalog: &Catalog, counted: &str) -> String {
    let mut words = Words(SipHasher13::new());
    // The name differs with the naming and with the prefix, so it stands for both.
    if counted != series::HTTP_REQUESTS.name(&MetricPrefix::NONE) {
        words.say("names", &counted);
    }
    for operation in &catalog.operations {
        words.operation(operation);
    }
    for family in &catalog.families {
        words.family(family);
    }
    for slo in &catalog.objectives {
        words.objective(slo);
    }
    format!("{:016x}", words.0.finish())
}

/// Hashes values as they print: the same on every platform.
struct Words(SipHasher13);

impl Words {
    fn operation(&mut self, operation: &Operation) {
        let Operation { name, routes, bounds, slo, long, .. } = operation;
        let (faults, success) = (operation.faults(), operation.success());
        let slo = slo.map(Slo::name);
        self.say("operation", &(name, routes.first(), bounds, slo, long, faults, success));
        if let Some(further) = routes.get(1..).filter(|further| !further.is_empty()) {
            self.say("routes", &further);
        }
    }

    fn family(&mut self, family: &Descriptor) {
        let Descriptor { name, kind, unit, dimensions, bounds, .. } = family;
        self.say("family", &(name, kind, unit, dimensions, bounds));
    }

    fn objective(&mut self, slo: &Slo) {
        let required = (slo.required_availability(), slo.required_latency());
        self.say("objective", &(slo.name(), required, slo.period()));
    }

    fn say(&mut self, word: &str, value: &impl Debug) {
        // The hasher takes whatever it is given.
        let _ = writeln!(self, "{word} {value:?}");
    }
}

impl Write for Words {
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
    fn tells_what_rules_follow_from_and_no_more() {
        let first = fingerprint("a::b", 1, &API);
        assert_eq!(first.len(), 16);
        assert_eq!(first, fingerprint("a::b", 2, &API), "places say nothing");
        assert_ne!(first, fingerprint("a::c", 1, &API));
        assert_ne!(first, fingerprint("a::b", 1, &STRICT));
    }

    #[test]
    fn differs_by_the_names_of_the_families() {
        let catalog = Catalog { operations: vec![], families: vec![], objectives: vec![] };
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
    fn is_the_same_in_every_build() {
        let empty = Catalog { operations: vec![], families: vec![], objectives: vec![] };
        assert_eq!(empty.fingerprint(), "d1fba762150c532c");
        assert_eq!(fingerprint("a::b", 1, &API), "6d19f00fa14563e2");
    }
}
