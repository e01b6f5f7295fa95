//! What came of each incident at true time, beside what should have.

use std::collections::BTreeSet;
use std::fs;

use super::exposition::Marks;
use super::promtool::{self, Fired};
use super::{course, question, todo};
use crate::alert::{Alert, names};
use crate::by_hand::{self, Verdict};
use crate::incident::Incident;
use crate::rules;

const GENERATED: &str = "generated.yaml";
const COMMITTED: &str = "committed.yaml";
const BY_HAND: &str = "by-hand.yaml";

/// An incident with what generated rules, committed ones, and others made of it.
pub(super) struct Row {
    incident: &'static Incident,
    /// The differences that promtool reports.
    refuted: Option<String>,
    fired: Vec<Fired>,
    by_hand: Verdict,
}

impl Row {
    /// Asks promtool. `committed` are the rules that are committed for the todo service.
    pub(super) async fn of(incident: &'static Incident, marks: &Marks, committed: &str) -> Self {
        let samples = course::series(incident, marks).await;
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
        let generated = rules::file(incident.name, 1);
        write(GENERATED, generated.clone());
        write(COMMITTED, committed.to_owned());
        write(BY_HAND, by_hand::file());
        let expected = question::as_expected(incident);
        let expected = question::file(&[GENERATED], &generated, samples.written(), &expected);
        let of_todo = todo::series(incident, &samples, committed);
        let fired = question::file(
            &[COMMITTED, BY_HAND],
            committed,
            of_todo,
            &question::what_fired(incident),
        );
        let (refuted, fired) = tokio::join!(
            promtool::ask(folder.path(), "expected.yaml", &expected),
            promtool::ask(folder.path(), "fired.yaml", &fired),
        );
        let fired = promtool::fired(fired.as_deref(), incident.before);
        let (by_hand, fired) = fired.into_iter().partition::<Vec<_>, _>(by_hand::is_one);
        Self { incident, refuted, fired, by_hand: by_hand::judged(incident, &by_hand) }
    }

    /// What is wrong with it: of the rules made of the service, and of those committed for the todo service.
    pub(super) fn fault(&self) -> Option<String> {
        if let Some(said) = &self.refuted {
            return Some(said.clone());
        }
        let expected: BTreeSet<_> =
            self.incident.fires().map(|alert| (alert.titled(), i64::from(alert.after))).collect();
        let fired: BTreeSet<_> =
            self.told().map(|one| ((&*one.name, &*one.severity), one.after)).collect();
        let name = self.incident.name;
        (fired != expected)
            .then(|| format!("{name}: of the committed rules fired {fired:?}, not {expected:?}"))
    }

    /// The result of the rules written by hand.
    pub(super) fn by_hand(&self) -> &Verdict {
        &self.by_hand
    }

    /// The alerts that fired, without the watchdog.
    fn told(&self) -> impl Iterator<Item = &Fired> {
        self.fired.iter().filter(|one| one.severity != "watchdog")
    }
}

/// Prints the table.
pub(super) fn print(rows: &[Row]) {
    println!("\nat true time, by the rules committed for the todo service; delays until they fire");
    println!("| incident | expected | fired | delay | rules written by hand |");
    println!("|---|---|---|---|---|");
    for row in rows {
        let expected = names(row.incident.fires().map(Alert::titled));
        let fired = names(row.told().map(|one| (&*one.name, &*one.severity)));
        let delays: Vec<_> = row.told().map(Fired::delay).collect();
        let (name, delays) = (row.incident.name, delays.join(", "));
        println!("| {name} | {expected} | {fired} | {delays} | {} |", row.by_hand);
    }
}
