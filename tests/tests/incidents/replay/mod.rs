//! The same incidents at true time: what the real service exposes, as series for `promtool test rules`.

pub(crate) mod course;
pub(crate) mod exposition;
pub(crate) mod promtool;
mod question;
mod row;
pub(crate) mod samples;
pub(crate) mod todo;

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
    let (committed, mut rows) = (todo::rules(), Vec::new());
    for incident in incidents {
        rows.push(Row::of(incident, &marks, &committed).await);
    }
    row::print(&rows);
    let faults: Vec<_> = rows.iter().filter_map(Row::fault).collect();
    println!(
        "incidents: at true time {} of {} raised exactly what they should, in the right words",
        rows.len() - faults.len(),
        rows.len(),
    );
    println!("incidents: {}", by_hand::summary(rows.iter().map(Row::by_hand)));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Rules that are broken in one of these ways do not pass an incident: it is not content with anything.
pub(crate) async fn notices_broken_rules() {
    let breaks = [
        (
            "all-fail-after-good-hours",
            "a page that comes too late",
            " > 14 * 0.001",
            " > 1400 * 0.001",
        ),
        (
            "steady-traffic",
            "a ticket of nothing",
            "expr: scrape_samples_scraped{",
            "expr: 1000 * scrape_samples_scraped{",
        ),
        ("target-gone", "a page that never comes", "absent(up{", "absent(down{"),
    ];
    for (name, what, right, wrong) in breaks {
        let incident = INCIDENTS.iter().chain(&*REPLAYED).find(|one| one.name == name).unwrap();
        let marks = Marks::measured(&[incident]).await;
        let rules = todo::rules();
        assert!(rules.contains(right), "{what}: `{right}` is not in the rules");
        let row = Row::of(incident, &marks, &rules.replace(right, wrong)).await;
        let fault = row.fault().unwrap_or_else(|| panic!("{what} is not noticed"));
        assert!(fault.contains("of the committed rules fired"), "{what}: {fault}");
    }
}
