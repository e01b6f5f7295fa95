//! The differences between two catalogs, and the rules and panels that they break.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{FamilyEntry, Inventory, ObjectiveEntry, OperationEntry};

/// The properties of a declaration that a query can depend on, with their values.
type Properties = BTreeMap<&'static str, String>;

/// Describes each difference between `old` and `new` with the users of what changed. The flag is
/// true if something that has users is gone or changed.
pub(in crate::operate) fn breaks(old: &Inventory, new: &Inventory) -> (String, bool) {
    let mut report = Report { old, text: String::new(), broken: false };
    report.compare("metric", &metrics(&old.families), &metrics(&new.families));
    report.compare("operation", &operations(&old.operations), &operations(&new.operations));
    report.compare("objective", &objectives(&old.objectives), &objectives(&new.objectives));
    if report.text.is_empty() {
        report.text.push_str("nothing changed that a query could depend on\n");
    }
    (report.text, report.broken)
}

/// What changed between the two catalogs, as the beginning of the report that files are stale; nothing where no query
/// could depend on it.
pub(in crate::operate) fn summary(old: &Inventory, new: &Inventory) -> String {
    if (&old.families, &old.operations, &old.objectives)
        == (&new.families, &new.operations, &new.objectives)
    {
        return String::new();
    }
    let (text, _) = breaks(old, new);
    let restarted = restarted(old, new);
    let restarted = restarted.into_iter().map(|name| {
        format!(
            "The error budget of `{name}` starts anew: no event is counted under this name yet.\n"
        )
    });
    text + &restarted.collect::<String>()
}

/// The objectives whose recorded series begin with this catalog.
fn restarted<'a>(old: &Inventory, new: &'a Inventory) -> Vec<&'a str> {
    let indicators = |one: &ObjectiveEntry| {
        (one.name.clone(), one.availability_percent.is_some(), one.latency_percent.is_some())
    };
    let before: Vec<_> = old.objectives.iter().map(indicators).collect();
    let is_new = |one: &&ObjectiveEntry| {
        let (name, availability, latency) = indicators(one);
        let had = before.iter().find(|(other, ..)| *other == name);
        had.is_none_or(|(_, had_availability, had_latency)| {
            (availability && !had_availability) || (latency && !had_latency)
        })
    };
    new.objectives.iter().filter(is_new).map(|one| one.name.as_str()).collect()
}

fn metrics(families: &[FamilyEntry]) -> BTreeMap<&str, Properties> {
    let properties = |family: &FamilyEntry| {
        let labels = family.labels.iter().map(|label| match (&label.values, label.budget) {
            (Some(values), _) => format!("{}={}", label.name, values.join("|")),
            (None, budget) => format!("{}, {} values", label.name, budget.unwrap_or_default()),
        });
        Properties::from([
            ("kind", family.kind.clone()),
            ("unit", family.unit.clone()),
            ("labels", labels.collect::<Vec<_>>().join("; ")),
            ("buckets", format!("{:?}", family.buckets)),
        ])
    };
    families.iter().map(|family| (family.name.as_str(), properties(family))).collect()
}

fn operations(operations: &[OperationEntry]) -> BTreeMap<&str, Properties> {
    let properties = |operation: &OperationEntry| {
        let faults = operation.faults.iter().map(|fault| {
            let status = fault.status.map(|status| format!(" {status}"));
            format!("{}{}", fault.error_type, status.unwrap_or_default())
        });
        Properties::from([
            ("route", operation.route.clone().unwrap_or_default()),
            ("objective", operation.objective.clone().unwrap_or_default()),
            ("buckets", format!("{:?}", operation.buckets_seconds)),
            ("faults", faults.collect::<Vec<_>>().join(", ")),
        ])
    };
    operations.iter().map(|one| (one.name.as_str(), properties(one))).collect()
}

fn objectives(objectives: &[ObjectiveEntry]) -> BTreeMap<&str, Properties> {
    let number = |number: Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
    let properties = |one: &ObjectiveEntry| {
        Properties::from([
            ("availability", number(one.availability_percent)),
            ("latency", number(one.latency_percent)),
            ("latency threshold", number(one.latency_seconds)),
            ("period", one.period_days.to_string()),
            ("severity", one.severity.clone()),
        ])
    };
    objectives.iter().map(|one| (one.name.as_str(), properties(one))).collect()
}

/// How many users of a declaration are listed. Alerts come first.
const MOST_USERS: usize = 20;

struct Report<'a> {
    old: &'a Inventory,
    text: String,
    broken: bool,
}

impl Report<'_> {
    fn compare(
        &mut self,
        what: &str,
        old: &BTreeMap<&str, Properties>,
        new: &BTreeMap<&str, Properties>,
    ) {
        for (name, before) in old {
            match new.get(name) {
                None => {
                    let renamed = only_twin(before, old, new);
                    let renamed = renamed.map(|other| format!("; is it `{other}` now?"));
                    let line = format!("- {what} `{name}` is gone{}", renamed.unwrap_or_default());
                    self.line_with_users(&line, name);
                }
                Some(now) => self.changes(what, name, before, now),
            }
        }
        for name in new.keys().filter(|name| !old.contains_key(*name)) {
            self.line(&format!("+ {what} `{name}` is new"));
        }
    }

    fn changes(&mut self, what: &str, name: &str, before: &Properties, now: &Properties) {
        let changed: Vec<_> = before
            .iter()
            .filter_map(|(property, before)| {
                let now = now.get(property).filter(|now| *now != before)?;
                Some(format!("{property}: {} -> {}", or_none(before), or_none(now)))
            })
            .collect();
        if !changed.is_empty() {
            self.line_with_users(
                &format!("~ {what} `{name}` changed: {}", changed.join("; ")),
                name,
            );
        }
    }

    /// Adds a line, and below it the users of the declaration.
    fn line_with_users(&mut self, line: &str, name: &str) {
        self.line(line);
        let users = self.old.used_by.get(name).map_or(&[][..], Vec::as_slice);
        self.broken |= !users.is_empty();
        for user in users.iter().take(MOST_USERS) {
            self.line(&format!("    {user}"));
        }
        if let Some(more) = users.len().checked_sub(MOST_USERS).filter(|more| *more > 0) {
            self.line(&format!("    … and {more} more"));
        }
    }

    fn line(&mut self, line: &str) {
        // Writing to a `String` does not fail.
        let _ = writeln!(self.text, "{line}");
    }
}

/// The only new declaration that has the properties of one that is gone.
fn only_twin<'a>(
    gone: &Properties,
    old: &BTreeMap<&str, Properties>,
    new: &BTreeMap<&'a str, Properties>,
) -> Option<&'a str> {
    let mut twins = new.iter().filter(|(name, now)| !old.contains_key(*name) && *now == gone);
    let (name, _) = twins.next()?;
    twins.next().is_none().then_some(*name)
}

fn or_none(value: &str) -> &str {
    if value.is_empty() { "none" } else { value }
}
