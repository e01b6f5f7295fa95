//! The catalog: everything that is declared in the binary, collected by the linker.
//!
//! [`operate::generate`](crate::operate::generate) makes files of it. A test can look at it, too:
//!
//! ```standalone_crate
//! use goldsignal::declare::catalog::Catalog;
//! use goldsignal::{Slo, observed};
//!
//! const API: Slo = Slo::new("api", "Ask the shop team.").availability(99.9);
//!
//! /// Sells an item.
//! #[observed(get = "/sell", slo = API)]
//! async fn sell() {}
//!
//! let catalog = Catalog::linked();
//! assert_eq!(catalog.conflicts(), []);
//! let routed = catalog.operations.iter().filter(|operation| !operation.routes.is_empty());
//! for operation in routed {
//!     assert!(operation.slo.is_some(), "{} has no objective", operation.name);
//! }
//! # drop(sell());
//! ```

use super::family::Descriptor;
use super::fingerprint;
use super::metric_prefix::MetricPrefix;
use super::naming::{Names, Naming};
use super::objective::Slo;
use super::operation::Operation;
#[cfg(all(feature = "telemetry", not(goldsignal_loom)))]
use super::series;

/// Everything that is declared in this binary, sorted by name.
///
/// It has each declaration once. Other attribute macros may expand a function twice, so declarations at the same source
/// location count as one.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    /// The annotated functions.
    pub operations: Vec<&'static Operation>,
    /// The metrics of `derive(Metrics)`.
    pub families: Vec<&'static Descriptor>,
    /// The objectives that operations refer to, each name once.
    pub objectives: Vec<&'static Slo>,
}

/// Two declarations of one name that contradict each other.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Conflict {
    /// The name.
    pub name: &'static str,
    /// What differs: `kind`, `labels`, `unit`, `help text`, …
    pub differs: &'static str,
    /// The source location of the first, as `file:line`.
    pub first: String,
    /// The source location of the second, as `file:line`.
    pub second: String,
    /// What to do about it; empty if that is obvious.
    pub remedy: &'static str,
}

impl std::fmt::Display for Conflict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, differs, first, second, remedy } = self;
        write!(
            f,
            "`{name}` is declared twice with different {differs}: at {first} and at {second}"
        )?;
        if remedy.is_empty() { Ok(()) } else { write!(f, "; {remedy}") }
    }
}

impl std::error::Error for Conflict {}

impl Catalog {
    /// The catalog of all `operations` and `families` in the binary.
    pub(crate) fn of(
        operations: impl Iterator<Item = &'static Operation>,
        families: &'static [Descriptor],
    ) -> Self {
        let operations =
            first_of_each(operations, |operation| (operation.name, operation.location));
        let objectives = operations.iter().filter_map(|operation| operation.slo);
        Self {
            objectives: first_of_each(objectives, Slo::name),
            families: first_of_each(families.iter(), |family| (family.name, family.location)),
            operations,
        }
    }

    /// Sixteen hexadecimal digits that differ for catalogs from which different rules are generated. They are the same for
    /// every build with the same declarations, whatever their source locations.
    ///
    /// It is that of a service with goldsignal's names and no metric prefix. With others the label `catalog` of
    /// `goldsignal_build_info` has another value, as other rules follow from them.
    pub fn fingerprint(&self) -> String {
        self.fingerprint_under(Naming::Goldsignal.names(), &MetricPrefix::NONE)
    }

    /// The fingerprint in a service whose families have these names.
    pub(crate) fn fingerprint_under(&self, names: &Names, prefix: &MetricPrefix) -> String {
        fingerprint::of(self, &names.counted.name(prefix))
    }

    /// Every pair of declarations that contradict each other.
    pub fn conflicts(&self) -> Vec<Conflict> {
        let families = self.families.windows(2).filter(|pair| pair[0].name == pair[1].name);
        let mut conflicts: Vec<_> = families
            .filter_map(|pair| {
                let differs = pair[0].conflict(pair[1])?;
                let (first, second) = (pair[0].location.to_string(), pair[1].location.to_string());
                Some(Conflict { name: pair[0].name, differs, first, second, remedy: "" })
            })
            .collect();
        conflicts.extend(self.objective_conflicts());
        conflicts.extend(self.name_conflicts());
        conflicts.extend(self.tool_conflicts());
        conflicts
    }

    /// Declared metrics that have the name of a built-in family under `prefix`, which is set at `location`. Without a
    /// prefix such a name does not compile.
    #[cfg(all(feature = "telemetry", not(goldsignal_loom)))]
    pub(crate) fn families_of_goldsignal(
        &self,
        prefix: &MetricPrefix,
        location: &str,
    ) -> Vec<Conflict> {
        let built_in = series::OF_REQUESTS.iter().chain(&series::BESIDE_REQUESTS);
        let built_in = built_in.chain(&series::OF_TOOLS);
        let is_taken = |name: &str| built_in.clone().any(|one| one.name(prefix) == name);
        let taken = self.families.iter().filter(|family| is_taken(family.name));
        let conflict = |family: &&'static Descriptor| Conflict {
            name: family.name,
            differs: "meanings",
            first: family.location.to_string(),
            second: location.to_owned(),
            remedy: "the second is the prefix of goldsignal's own families: rename the metric, or change the prefix",
        };
        taken.map(conflict).collect()
    }

    /// Operations with the same name, such as methods of two types in one module.
    fn name_conflicts(&self) -> impl Iterator<Item = Conflict> + '_ {
        self.operations.windows(2).filter(|pair| pair[0].name == pair[1].name).map(|pair| Conflict {
            name: pair[0].name,
            differs: "functions",
            first: pair[0].location.to_string(),
            second: pair[1].location.to_string(),
            remedy: "put `#[observed]` on the `impl` blocks, which know their types, or give one a `name`",
        })
    }

    /// Tools with the same name: a model could not tell them apart, and neither could a metric.
    fn tool_conflicts(&self) -> impl Iterator<Item = Conflict> + '_ {
        let tools = || self.operations.iter().filter(|operation| operation.tool.is_some());
        tools().enumerate().filter_map(move |(number, second)| {
            let first = tools().take(number).find(|first| first.tool == second.tool)?;
            Some(Conflict {
                name: second.tool?,
                differs: "tools",
                first: first.location.to_string(),
                second: second.location.to_string(),
                remedy: "give each tool a name of its own",
            })
        })
    }

    fn objective_conflicts(&self) -> impl Iterator<Item = Conflict> + '_ {
        self.operations.iter().filter_map(|operation| {
            let slo = operation.slo?;
            let first = self.objectives.iter().find(|first| first.name() == slo.name())?;
            (*first != slo).then(|| Conflict {
                name: slo.name(),
                differs: "objectives",
                first: first.location(),
                second: slo.location(),
                remedy: "",
            })
        })
    }
}

/// The first element of each key, in the order of the keys. There are few elements, so it needs no map.
fn first_of_each<T, K: Ord>(
    all: impl Iterator<Item = &'static T>,
    key: impl Fn(&'static T) -> K,
) -> Vec<&'static T> {
    let mut sorted: Vec<&'static T> = Vec::new();
    for one in all {
        if let Err(index) = sorted.binary_search_by(|other| key(other).cmp(&key(one))) {
            sorted.insert(index, one);
        }
    }
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declare::SourceLocation;

    const API: Slo = Slo::new("api", "text").availability(99.9);
    const STRICT: Slo = Slo::new("api", "text").availability(99.95);

    fn operation(name: &'static str, line: u32, slo: &'static Slo) -> &'static Operation {
        let location = SourceLocation::new("a.rs", line, "a");
        Box::leak(Box::new(Operation::new(name, location).slo(slo)))
    }

    #[test]
    fn a_declaration_counts_once_and_contradictions_are_found() {
        let all = [operation("b", 2, &API), operation("a", 1, &API), operation("b", 2, &API)];
        let catalog = Catalog::of(all.into_iter(), &[]);
        let names: Vec<_> = catalog.operations.iter().map(|operation| operation.name).collect();
        assert_eq!((names, catalog.objectives.len()), (vec!["a", "b"], 1));
        assert_eq!(catalog.conflicts(), []);

        let all = [operation("a", 1, &API), operation("a", 2, &API), operation("b", 3, &STRICT)];
        let conflicts = Catalog::of(all.into_iter(), &[]).conflicts();
        let found: Vec<_> = conflicts.iter().map(|found| (found.name, found.differs)).collect();
        assert_eq!(found, [("api", "objectives"), ("a", "functions")]);
        let [objectives, functions] = &conflicts[..] else { unreachable!() };
        assert!(!objectives.to_string().contains(';'));
        assert!(
            functions.to_string().starts_with("`a` is declared twice with different functions")
        );
        assert!(functions.to_string().contains("a.rs:2; put `#[observed]`"));
    }

    #[cfg(all(feature = "telemetry", not(goldsignal_loom)))]
    #[test]
    fn a_metric_may_not_have_the_name_of_a_built_in_family_under_the_prefix() {
        let declared = |name| Descriptor {
            name,
            help: "Help.",
            kind: crate::declare::Kind::Counter,
            unit: "",
            dimensions: &[],
            bounds: &[],
            location: SourceLocation::new("m.rs", 5, "m"),
        };
        let names = ["shop_orders_total", "shop_http_requests_total", "slo_events_total"];
        let families = names.map(declared).to_vec().leak();
        let catalog = Catalog::of(std::iter::empty(), families);
        let found = |prefix: &str| -> Vec<String> {
            let prefix = MetricPrefix::new(prefix).unwrap();
            let conflicts = catalog.families_of_goldsignal(&prefix, "main.rs:9");
            conflicts.iter().map(ToString::to_string).collect()
        };
        let conflicts = found("shop_");
        assert_eq!(conflicts.len(), 1, "{conflicts:?}");
        assert!(conflicts[0].contains("`shop_http_requests_total`"), "{conflicts:?}");
        assert!(conflicts[0].contains("at m.rs:5 and at main.rs:9; "), "{conflicts:?}");
        assert_eq!(found("todo_"), Vec::<String>::new());
    }
}
