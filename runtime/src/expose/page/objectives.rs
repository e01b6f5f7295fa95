//! Objectives: what is left of their budget, and how fast it burns.

use super::quantile::in_float;
use super::text::{Rounded, clipped, rounded};
use crate::declare::Slo;
use crate::expose::json_writer::JsonWriter;
use crate::observe::objective::Indicator;

/// The most bytes of a description.
const MOST_DESCRIPTION: usize = 240;

/// Writes an indicator of which so many events were good and bad since the start, and so many in the last `burn.0` seconds.
pub(super) fn write_objective(
    json: &mut JsonWriter,
    indicator: &Indicator,
    (good, bad): (u64, u64),
    (seconds, recent_good, recent_bad): (f64, u32, u32),
) {
    let slo = indicator.slo;
    let latency = slo.required_latency().filter(|_| indicator.name == "latency");
    let percent =
        latency.map(|(percent, _)| percent).or(slo.required_availability()).unwrap_or(100.0);
    // So that 99.9 % is 0.999.
    let target = (percent * 1e7).round() / 1e9;
    let burned = burn_rate(target, in_float(good), in_float(bad));
    json.object(|json| {
        json.member("name").text(slo.name());
        json.member("kind").text(indicator.name);
        json.member("target").plain(target);
        if let Some((_, threshold)) = latency {
            json.member("threshold_seconds").plain(Rounded(threshold.as_secs_f64()));
        }
        json.member("description").text(&description(slo));
        json.member("good").plain(good);
        json.member("total").plain(good + bad);
        json.member("budget_left").plain(Rounded(1.0 - burned.unwrap_or(0.0)));
        json.member("burn").object(|json| {
            json.member("seconds").plain(Rounded(seconds));
            rounded(json, "rate", burn_rate(target, recent_good.into(), recent_bad.into()));
        });
    });
}

/// How much of the budget of these events was used: 1 is all of it. `None` without events.
fn burn_rate(target: f64, good: f64, bad: f64) -> Option<f64> {
    let total = good + bad;
    (total > 0.0 && target < 1.0).then(|| bad / total / (1.0 - target))
}

/// The first sentence of the runbook that is no heading.
fn description(slo: &Slo) -> String {
    let line = slo
        .runbook()
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with('#'));
    clipped(line.unwrap_or_default(), MOST_DESCRIPTION).into_owned()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const API: Slo = Slo::new("api", "# Heading\n\nAsk the team.\nMore.")
        .availability(99.9)
        .latency(99.0, Duration::from_millis(250));

    fn written(name: &'static str, events: (u64, u64), burn: (f64, u32, u32)) -> serde_json::Value {
        static SLO: Slo = API;
        let mut json = JsonWriter::default();
        write_objective(&mut json, &Indicator { slo: &SLO, name, good: 0 }, events, burn);
        serde_json::from_str(&json.line()).unwrap()
    }

    #[test]
    fn a_budget_is_what_may_still_fail() {
        let json = written("availability", (9_995, 5), (300.0, 998, 2));
        assert_eq!(json["target"], 0.999);
        assert_eq!(json["budget_left"], 0.5, "5 of 10 have failed");
        assert_eq!(json["burn"]["rate"], 2.0, "2 where 1 may fail");
        assert_eq!((&json["good"], &json["total"]), (&9995.into(), &10_000.into()));
        assert_eq!(json["description"], "Ask the team.");
        assert!(json.get("threshold_seconds").is_none());
        assert!(
            written("availability", (0, 9), (1.0, 0, 9))["budget_left"].as_f64().unwrap() < -900.0
        );
    }

    #[test]
    fn without_events_the_budget_is_whole_and_nothing_burns() {
        let json = written("latency", (0, 0), (0.0, 0, 0));
        assert_eq!((&json["budget_left"], &json["target"]), (&1.into(), &0.99.into()));
        assert_eq!(json["threshold_seconds"], 0.25);
        assert!(json["burn"]["rate"].is_null());
    }
}
