//! The catalog for the terminal.

use std::fmt::Write as _;

use super::{FamilyEntry, Inventory, ObjectiveEntry, OperationEntry};

/// Lists every declaration in a line or two.
pub(in crate::operate) fn table(inventory: &Inventory) -> String {
    let mut text = format!(
        "catalog {}: {}, {}, {}, about {} samples a scrape\n",
        inventory.catalog,
        count(inventory.operations.len(), "operation"),
        count(inventory.families.len(), "metric"),
        count(inventory.objectives.len(), "objective"),
        inventory.series,
    );
    part(&mut text, "operations", inventory.operations.iter().map(operation));
    part(&mut text, "metrics", inventory.families.iter().map(family));
    part(&mut text, "objectives", inventory.objectives.iter().map(objective));
    text
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn part(text: &mut String, title: &str, entries: impl Iterator<Item = String>) {
    // Writing to a `String` does not fail.
    let _ = writeln!(text, "\n{title}");
    for entry in entries {
        let _ = writeln!(text, "  {entry}");
    }
}

fn operation(one: &OperationEntry) -> String {
    let mut text = format!("{}  {}\n    about {} samples", one.name, one.location, one.series);
    if !one.help.is_empty() {
        text += ": ";
        text += &one.help;
    }
    if let Some(route) = &one.route {
        text += "\n    route      ";
        text += route;
    }
    if let Some(objective) = &one.objective {
        text += "\n    objective  ";
        text += objective;
    }
    let fields: Vec<_> = one
        .fields
        .iter()
        .map(|field| field.name.clone() + if field.sensitive { " (sensitive)" } else { "" })
        .collect();
    if !fields.is_empty() {
        text += "\n    fields     ";
        text += &fields.join(", ");
    }
    let faults: Vec<_> = one.faults.iter().map(|fault| fault.error_type.as_str()).collect();
    if !faults.is_empty() {
        text += "\n    faults     ";
        text += &faults.join(", ");
    }
    text
}

fn family(one: &FamilyEntry) -> String {
    let labels: Vec<_> = one
        .labels
        .iter()
        .map(|label| match (&label.values, label.budget) {
            (Some(values), _) => format!("{} = {}", label.name, values.join(" | ")),
            (None, budget) => {
                format!("{} = up to {} values", label.name, budget.unwrap_or_default())
            }
        })
        .collect();
    let unit = if one.unit.is_empty() { String::new() } else { format!(" in {}", one.unit) };
    let mut text = format!("{}  {}\n    {}{unit}", one.name, one.location, one.kind);
    text += &format_args!(", {} samples: {}", one.series, one.help).to_string();
    if !labels.is_empty() {
        text += "\n    labels     ";
        text += &labels.join("; ");
    }
    text
}

fn objective(one: &ObjectiveEntry) -> String {
    let availability = one.availability_percent.map(|percent| format!("{percent} % succeed"));
    let latency = one.latency_percent.zip(one.latency_seconds);
    let latency =
        latency.map(|(percent, seconds)| format!("{percent} % end within {seconds} seconds"));
    let targets: Vec<_> = availability.into_iter().chain(latency).collect();
    format!(
        "{}  {}\n    in {} days {}",
        one.name,
        one.location,
        one.period_days,
        targets.join(", ")
    )
}
