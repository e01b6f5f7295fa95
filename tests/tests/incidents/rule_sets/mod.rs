//! Three sets of rules through the same incidents at true time: ours, sloth's and pyrra's.
//!
//! All three judge the same counters, of two objectives. Beside the incidents that are played live there are kinds
//! of incidents as simulated counters, because some last for a day, or need many instances.

pub(crate) mod kind;
pub(crate) mod kinds;
pub(crate) mod peers;
mod row;

use self::row::Row;
use crate::incident::Incident;
use crate::incidents::{INCIDENTS, REPLAYED};
use crate::replay::course;
use crate::replay::exposition::Marks;

/// What `tests/run incidents` plays. All of them take twelve minutes: `tests/run rule_sets`.
const SHORT: [&str; 3] = ["total-outage", "short-blips", "one-to-twenty-that-fail-first"];

/// Plays the incidents, prints who pages when and how often, and panics where our rules are worse than they promise.
pub(crate) async fn run() {
    let plays_all = std::env::var_os("GOLDSIGNAL_RULE_SETS").is_some();
    let is_played = |name: &str| plays_all || SHORT.contains(&name);
    let incidents = INCIDENTS.iter().chain(&*REPLAYED).filter(|one| is_played(one.name));
    let incidents: Vec<&'static Incident> = incidents.collect();
    let marks = Marks::measured(&incidents).await;
    let mut rows = Vec::new();
    row::print_head();
    for incident in incidents {
        let pages = incident.expected.iter().any(|alert| alert.severity == "page");
        let samples = course::series(incident, &marks).await;
        let job = (format!("job=\"{}\"", incident.name), format!("job=\"{}\"", peers::SERVICE));
        let series =
            samples.written().map(|(series, values)| (series.replace(&job.0, &job.1), values));
        let (before, end) = (incident.before.as_secs(), incident.length().as_secs());
        rows.push(Row::of(incident.name, pages, series.collect(), before, end).await.printed());
    }
    for kind in kinds::all().into_iter().filter(|kind| is_played(kind.name)) {
        let series = kind.samples().written().collect();
        let row = Row::of(kind.name, kind.is_to_page, series, kind.before, kind.length()).await;
        rows.push(row.printed());
    }
    row::print_sums(&rows);
    let faults: Vec<_> = rows.iter().flat_map(Row::faults).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
