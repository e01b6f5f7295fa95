//! What came of each incident, beside what should have.

use std::collections::BTreeSet;
use std::time::Instant;

use super::webhook::Heard;
use crate::SCALE;
use crate::alert::{Alert, Title, names};
use crate::incident::Incident;

/// Labels that tell what an alert is about, and have the same value whoever plays the incident.
const WHAT: [&str; 4] = ["function", "method", "endpoint", "runtime"];

/// An incident with the alerts that it raised.
pub(super) struct Row {
    incident: &'static Incident,
    heard: Vec<Heard>,
    begin: Instant,
    watched: bool,
}

impl Row {
    pub(super) fn of(incident: &'static Incident, heard: &[Heard], begin: Instant) -> Self {
        let mine = heard.iter().filter(|one| one.label("service") == incident.name);
        let (watchdog, heard) = mine.cloned().partition(|one| one.receiver == "watchdog");
        let watchdog: Vec<Heard> = watchdog;
        Self { incident, heard, begin, watched: !watchdog.is_empty() }
    }

    fn fired(&self) -> BTreeSet<Title<'_>> {
        self.heard.iter().map(titled).collect()
    }

    /// The faults of the result: missing alerts, unexpected alerts, wrong texts.
    pub(super) fn faults(&self) -> Vec<String> {
        let name = self.incident.name;
        let expected: BTreeSet<_> = self.incident.expected.iter().map(Alert::titled).collect();
        let mut faults = Vec::new();
        if self.fired() != expected {
            faults.push(format!("{name}: {:?} came, not {expected:?}", self.fired()));
        }
        if !self.watched {
            faults.push(format!("{name}: the watchdog was not heard"));
        }
        if self.heard.iter().any(|one| one.at < self.begin) {
            faults.push(format!("{name}: an alert came before anything had happened"));
        }
        for (alert, heard) in self.incident.expected.iter().flat_map(|alert| {
            let same = self.heard.iter().filter(|one| titled(one) == alert.titled());
            same.map(move |one| (alert, one))
        }) {
            let names = |name: &str| WHAT.contains(&name);
            for (label, value) in alert.labels.iter().filter(|(label, _)| names(label)) {
                if heard.label(label) != *value {
                    let other = heard.label(label);
                    faults.push(format!("{name}: {}: {label} `{other}`", alert.name));
                }
            }
        }
        let of_alert =
            |one: &Heard| Some(format!("{name}: {}: {}", one.label("alertname"), fault(one)?));
        faults.extend(self.heard.iter().filter_map(of_alert));
        faults
    }

    fn delays(&self) -> String {
        let delay = |one: &Heard| {
            let seconds = one.at.saturating_duration_since(self.begin).as_secs_f64();
            format!("{seconds:.0} s ({:.0} min)", seconds * f64::from(SCALE) / 60.0)
        };
        self.heard.iter().map(delay).collect::<Vec<_>>().join(", ")
    }
}

fn titled(alert: &Heard) -> Title<'_> {
    (alert.label("alertname"), alert.label("severity"))
}

/// The faults of an alert as the webhook got it.
fn fault(alert: &Heard) -> Option<String> {
    let (name, severity) = (alert.label("alertname"), alert.label("severity"));
    if alert.receiver != severity {
        return Some(format!("reached {}, but is a {severity}", alert.receiver));
    }
    let anchor = format!(".md#{}", name.to_lowercase());
    let runbook = alert.annotation("runbook_url");
    if !runbook.starts_with("https://runbooks.example.org/") || !runbook.ends_with(&anchor) {
        return Some(format!("its runbook is `{runbook}`"));
    }
    if !alert.annotation("summary").starts_with(alert.label("service")) {
        return Some(format!("its summary is `{}`", alert.annotation("summary")));
    }
    let description = alert.annotation("description");
    let raw = ["{{", "}}", "<no value>", "<error", "%!", "NaN"];
    if description.is_empty() || raw.iter().any(|text| description.contains(text)) {
        return Some(format!("its description is `{description}`"));
    }
    // Of a burning objective: how much of what, in per cent, and which operations.
    if !alert.label("slo").is_empty() && !description.contains('%') {
        return Some(format!("its description has no share: `{description}`"));
    }
    None
}

/// Prints the table.
pub(super) fn print(rows: &[Row]) {
    println!("\nlive, time divided by {SCALE}; delays as they were, and as they would be");
    println!("| incident | expected | reached somebody | delay |\n|---|---|---|---|");
    for row in rows {
        let expected = names(row.incident.expected.iter().map(Alert::titled));
        let fired = names(row.heard.iter().map(titled));
        println!("| {} | {expected} | {fired} | {} |", row.incident.name, row.delays());
    }
}
