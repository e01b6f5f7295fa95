//! Recording rules of how many different keys were seen: `Distinct` exposes registers, of which Prometheus computes the number.

use super::facts::Facts;
use super::promql::{Expr, Metric, Operator, Selector, Window, call, count_by, max_by, sum_by};
use super::rules::{Recording, Rule};
use crate::declare::catalog::Catalog;
use crate::declare::registers::{LARGEST_LINEAR, REGISTER, REGISTERS, SCALE};
use crate::declare::series::label;
use crate::declare::{Descriptor, Kind};

/// The evaluation interval of the rules, and the window of the registers that each evaluation records.
pub(super) const INTERVAL: Window = Window::minutes(5);

/// The windows in which keys are counted, in the words of a legend.
pub(super) const WINDOWS: [(Window, &str); 3] = [
    (Window::hours(1), "in an hour"),
    (Window::days(1), "in a day"),
    (Window::days(7), "in 7 days"),
];

/// The rules of all families. Of the registers, the maximum over all instances is recorded: windows of days then read one
/// series of a sample every five minutes, instead of one for each instance and each scrape.
pub(super) fn rules(catalog: &Catalog, facts: &Facts) -> Vec<Rule> {
    let mut families: Vec<_> =
        catalog.families.iter().filter(|family| family.kind == Kind::Distinct).collect();
    families.dedup_by_key(|family| family.name);
    families.into_iter().flat_map(|family| of_family(family, facts)).collect()
}

fn of_family(family: &Descriptor, facts: &Facts) -> Vec<Rule> {
    let recording = |record: String, expr: Expr| {
        let about = [(label::SERVICE, &*facts.service)];
        let labels = about.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Rule::Recording(Recording { record, expr, labels: labels.into() })
    };
    let scraped = facts.select(family).over(facts.scaled(INTERVAL));
    let mut rules = vec![recording(registers(family), largest(facts, scraped))];
    rules.extend(WINDOWS.map(|(window, _)| {
        let recorded = recorded(facts, &registers(family), &[REGISTER]);
        let largest = || largest(facts, recorded.clone().over(facts.scaled(window)));
        recording(estimate_name(family, window), estimate(facts, largest))
    }));
    rules
}

/// The name of the series of the registers.
fn registers(family: &Descriptor) -> String {
    format!("register:{}:max{INTERVAL}", family.name)
}

fn estimate_name(family: &Descriptor, window: Window) -> String {
    format!("service:{}:estimate{window}", family.name)
}

fn recorded(facts: &Facts, name: &str, labels: &[&str]) -> Selector {
    facts.select(Metric::new(name, &[labels, &[label::SERVICE]].concat()))
}

/// How many different keys were seen in `window`.
pub(super) fn estimated(family: &Descriptor, facts: &Facts, window: Window) -> Expr {
    recorded(facts, &estimate_name(family, window), &[]).into()
}

/// The largest value of each register in a range of samples.
fn largest(facts: &Facts, range: Expr) -> Expr {
    let labels = [vec![REGISTER], facts.identity().series_labels()].concat();
    max_by(labels, call("max_over_time", [range]))
}

/// The estimate of `declare::registers::estimate`: by the registers that are zero while few keys were seen, else by the mean
/// of all.
fn estimate(facts: &Facts, registers: impl Fn() -> Expr) -> Expr {
    let labels = || facts.identity().series_labels();
    let count = || Expr::from(u32::try_from(REGISTERS).unwrap_or(u32::MAX));
    let zeros = count_by(labels(), registers().equal(0));
    let linear = count().times(call("ln", [count().per(zeros)])).at_most(LARGEST_LINEAR);
    let power = Expr::from(2).between(Operator::Power, super::promql::Matching::Equal, registers());
    linear.or(Expr::from(SCALE).per(sum_by(labels(), Expr::from(1).per(power))))
}
