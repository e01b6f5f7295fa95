//! The same incidents at true time: what the real service exposes, as series for `promtool test rules`.

mod committed;
mod course;
mod exposition;
mod promtool;
mod question;
mod row;
mod samples;

use self::exposition::Marks;
pub(crate) use self::promtool::Fired;
use self::row::Row;
use crate::by_hand;
use crate::incident::Incident;
use crate::incidents::{INCIDENTS, REPLAYED};

/// Replays them, prints what fired and when, beside what rules written by hand make of it, and panics where that
/// is not what is expected.
pub(crate) async fn run() {
    let incidents: Vec<&'static Incident> = INCIDENTS.iter().chain(&*REPLAYED).collect();
    let marks = Marks::measured(&incidents).await;
    let mut rows = Vec::new();
    for incident in incidents {
        rows.push(Row::of(incident, &marks).await);
    }
    row::print(&rows);
    let faults: Vec<_> = rows.iter().filter_map(Row::faults).collect();
    println!(
        "incidents: at true time {} of {} raised exactly what they should, in the right words",
        rows.len() - faults.len(),
        rows.len(),
    );
    println!("incidents: {}", by_hand::summary(rows.iter().map(Row::by_hand)));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
