//! What came of each incident, beside what should have.

use std::collections::BTreeSet;
use std::time::Instant;

use crate::SCALE;
use crate::incident::Incident;
use crate::webhook::Heard;

/// An incident with the alerts that it raised.
pub(crate) struct Row {
    incident: &'static Incident,
    heard: Vec<Heard>,
    begin: Instant,
    watched: bool,
}

type Name<'a> = (&'a str, &'a str);

impl Row {
    pub(crate) fn of(incident: &'static Incident, heard: &[Heard], begin: Instant) -> Self {
        let mine = heard.iter().filter(|one| one.label("service") == incident.name);
        let (watchdog, heard) = mine.cloned().partition(|one| one.receiver == "watchdog");
        let watchdog: Vec<Heard> = watchdog;
        Self { incident, heard, begin, watched: !watchdog.is_empty() }
    }

    fn fired(&self) -> BTreeSet<Name<'_>> {
        self.heard.iter().map(|one| (one.label("alertname"), one.label("severity"))).collect()
    }

    /// What is wrong with it: alerts that are missing or should not be there, and what they say.
    pub(crate) fn faults(&self) -> Vec<String> {
        let name = self.incident.name;
        let expected: BTreeSet<_> = self.incident.expected.iter().copied().collect();
        let mut faults = Vec::new();
        if self.fired() != expected {
            faults.push(format!("{name}: {:?} came, not {expected:?}", self.fired()));
        }
        if !self.watched {
            faults.push(format!("{name}: the watchdog was not heard"));
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

/// What is wrong with an alert as it reaches somebody.
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

fn names<'a>(names: impl IntoIterator<Item = Name<'a>>) -> String {
    let names: Vec<_> =
        names.into_iter().map(|(name, severity)| format!("{name} ({severity})")).collect();
    if names.is_empty() { "–".to_owned() } else { names.join(", ") }
}

/// Prints the table.
pub(crate) fn print(rows: &[Row]) {
    println!("\ntime is scaled down by {SCALE}; delays as they were, and as they would be");
    println!("| incident | expected | fired | delay |\n|---|---|---|---|");
    for row in rows {
        let expected = names(row.incident.expected.iter().copied());
        let fired =
            names(row.heard.iter().map(|one| (one.label("alertname"), one.label("severity"))));
        println!("| {} | {expected} | {fired} | {} |", row.incident.name, row.delays());
    }
    for one in rows.iter().flat_map(|row| &row.heard) {
        println!("{}: {}", one.annotation("summary"), one.annotation("description"));
    }
}
