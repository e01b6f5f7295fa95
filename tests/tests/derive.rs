//! The derives: what is declared is counted, and is in the catalog.

use goldsignal::__private::{buckets, is_label_name, is_metric_name};
use goldsignal::declare::Domain;
use goldsignal::declare::catalog::Catalog;
use goldsignal::{Counter, Gauge, Histogram, Kind, Label, Labels, Metrics};

/// The base units of <https://prometheus.io/docs/practices/naming/#base-units>.
const BASE_UNITS: [&str; 9] =
    ["seconds", "bytes", "ratio", "celsius", "meters", "volts", "amperes", "joules", "grams"];

#[derive(Clone, Copy, Label)]
enum Plan {
    Free,
    #[label(rename = "on-premises")]
    OnPremises,
}

#[derive(Labels)]
struct ByPlan {
    plan: Plan,
    done: bool,
}

#[derive(Labels)]
struct Pair<'a> {
    #[label(budget = 3)]
    first: &'a str,
    #[label(budget = 3)]
    second: String,
}

/// Metrics of these tests. Each test has its own, as all count into one registry.
#[derive(Metrics)]
#[metrics(prefix = "derive_")]
struct Tested {
    /// Counted by plan.
    plans_total: Counter<ByPlan>,
    /// Counted by two texts.
    pairs_total: Counter<Pair<'static>>,
    /// Counted past the budget.
    folded_total: Counter<Pair<'static>>,
    /// Bytes by plan.
    size_bytes: Histogram<ByPlan>,
    /// A level.
    level: Gauge,
    /// Pages.
    #[metric(unit = "pages", buckets = [1, 10], name = "document_pages")]
    document: Histogram,
}

#[test]
fn counts_by_label() {
    let total = &Tested::get().plans_total;
    total.inc(ByPlan { plan: Plan::Free, done: true });
    total.inc_by(ByPlan { plan: Plan::OnPremises, done: false }, 2);
    assert_eq!(total.get(ByPlan { plan: Plan::Free, done: true }), 1);
    assert_eq!(total.get(ByPlan { plan: Plan::OnPremises, done: false }), 2);
    assert_eq!(total.get(ByPlan { plan: Plan::Free, done: false }), 0);
}

#[test]
fn get_is_one_value() {
    assert!(std::ptr::eq(Tested::get(), Tested::get()));
    Tested::get().level.set(3);
    assert!((Tested::get().level.get() - 3.0).abs() < f64::EPSILON);
    Tested::get().document.observe(4);
    Tested::get().size_bytes.observe(ByPlan { plan: Plan::Free, done: true }, 1_000);
}

#[test]
fn two_label_values_never_merge() {
    let total = &Tested::get().pairs_total;
    total.inc(Pair { first: "ab", second: "c".to_owned() });
    total.inc_by(Pair { first: "a", second: "bc".to_owned() }, 2);
    assert_eq!(total.get(Pair { first: "ab", second: "c".to_owned() }), 1);
    assert_eq!(total.get(Pair { first: "a", second: "bc".to_owned() }), 2);
}

/// Only the value that exceeds the budget folds; the label beside it stays.
#[test]
fn folds_past_the_budget() {
    let total = &Tested::get().folded_total;
    for first in ["a", "b", "c", "d", "e"] {
        total.inc(Pair { first, second: "x".to_owned() });
    }
    for known in ["a", "b", "c"] {
        assert_eq!(total.get(Pair { first: known, second: "x".to_owned() }), 1, "{known}");
    }
    assert_eq!(total.get(Pair { first: "any", second: "x".to_owned() }), 2);
    assert_eq!(total.get(Pair { first: "any", second: "y".to_owned() }), 0);
}

#[test]
fn the_catalog_lists_what_is_declared() {
    let catalog = Catalog::linked();
    let find = |name| {
        let mut families = catalog.families.iter();
        families.find(|family| family.name == name).unwrap_or_else(|| panic!("{name}"))
    };
    let plans = find("derive_plans_total");
    assert_eq!((plans.kind, plans.help, plans.unit), (Kind::Counter, "Counted by plan.", ""));
    assert_eq!(plans.dimensions[0].name, "plan");
    assert_eq!(plans.dimensions[0].domain, Domain::Finite(&["free", "on-premises"]));
    assert_eq!(plans.series(), 4);
    assert_eq!(find("derive_pairs_total").series(), 16);
    let sizes = find("derive_size_bytes");
    assert_eq!(
        (sizes.kind, sizes.unit, sizes.bounds),
        (Kind::Histogram, "bytes", buckets::SIZE_BYTES)
    );
    let pages = find("derive_document_pages");
    assert_eq!((pages.unit, pages.bounds), ("pages", &[1.0, 10.0][..]));
    // Each field has its own line.
    assert!(find("derive_level").location.line > sizes.location.line);
}

mod conflicting {
    use super::{Counter, Gauge, Metrics};

    pub(super) const LINE: u32 = line!();

    #[derive(Metrics)]
    struct First {
        /// Twice.
        derive_twice_total: Counter,
        /// A level.
        level: Gauge,
    }

    #[derive(Metrics)]
    struct Second {
        /// Twice, told otherwise.
        derive_twice_total: Counter,
    }

    /// The declaration that is bound first counts; a contradicting one counts nothing.
    #[test]
    fn contradicting_declarations_do_not_share() {
        let (first, second) = (First::get(), Second::get());
        let before = first.derive_twice_total.get();
        first.derive_twice_total.inc();
        second.derive_twice_total.inc_by(10);
        assert_eq!(first.derive_twice_total.get(), before + 1);
        assert_eq!(second.derive_twice_total.get(), 0);
        first.level.set(1);
        assert!((first.level.get() - 1.0).abs() < f64::EPSILON);
    }
}

mod agreeing {
    use super::{Counter, Metrics};

    #[derive(Metrics)]
    struct First {
        /// Declared twice, alike.
        derive_shared_total: Counter,
    }

    #[derive(Metrics)]
    #[metrics(prefix = "derive_")]
    struct Second {
        /// Declared twice, alike.
        shared_total: Counter,
    }

    #[test]
    fn same_declarations_share() {
        let (first, second) = (First::get(), Second::get());
        let before = first.derive_shared_total.get();
        first.derive_shared_total.inc();
        assert_eq!(second.shared_total.get(), before + 1);
        second.shared_total.inc_by(2);
        assert_eq!(first.derive_shared_total.get(), before + 3);
    }
}

#[test]
fn a_conflict_names_both_lines() {
    let conflicts = Catalog::linked().conflicts();
    let [conflict] = &conflicts[..] else { panic!("one conflict: {conflicts:?}") };
    let (first, second) = (conflicting::LINE + 5, conflicting::LINE + 13);
    assert_eq!((conflict.name, conflict.differs), ("derive_twice_total", "help text"));
    assert!(conflict.first.ends_with(&format!("derive.rs:{first}")), "{conflict}");
    assert!(conflict.second.ends_with(&format!("derive.rs:{second}")), "{conflict}");
}

/// The macros' table of units is a copy of the runtime's: each default shows that it is the same.
#[test]
fn both_halves_hold_the_same_rules() {
    assert_eq!(buckets::MAX, 64);
    for unit in BASE_UNITS {
        assert!(is_metric_name(unit), "{unit}");
    }
    for family in Catalog::linked().families {
        assert!(is_metric_name(family.name), "{}", family.name);
        assert!(family.dimensions.iter().all(|label| is_label_name(label.name)));
    }
}

/// A histogram for each base unit that the runtime knows: a unit that the macros did not would not compile.
#[derive(Metrics)]
#[metrics(prefix = "derive_unit_")]
#[expect(dead_code, reason = "only declared")]
struct Units {
    /// Seconds.
    seconds: Histogram,
    /// Bytes.
    bytes: Histogram,
    /// Ratio.
    #[metric(buckets = [0.5])]
    ratio: Histogram,
    /// Celsius.
    #[metric(buckets = [0.5])]
    celsius: Histogram,
    /// Meters.
    #[metric(buckets = [0.5])]
    meters: Histogram,
    /// Volts.
    #[metric(buckets = [0.5])]
    volts: Histogram,
    /// Amperes.
    #[metric(buckets = [0.5])]
    amperes: Histogram,
    /// Joules.
    #[metric(buckets = [0.5])]
    joules: Histogram,
    /// Grams.
    #[metric(buckets = [0.5])]
    grams: Histogram,
}

#[test]
fn both_halves_know_the_same_units() {
    let _ = format!("{:?}", Units::get().seconds);
    let declared: Vec<_> = Catalog::linked()
        .families
        .iter()
        .filter(|family| family.name.starts_with("derive_unit_"))
        .map(|family| family.unit)
        .collect();
    assert_eq!(declared.len(), BASE_UNITS.len());
    assert!(BASE_UNITS.iter().all(|unit| declared.contains(unit)), "{declared:?}");
}
