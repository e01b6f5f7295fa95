//! Whether the telemetry of the service is complete.

use super::model::Panel;
use super::panel::{stat, table, time_series};
use super::requests::{chosen, or_zero, rate_by};
use crate::declare::catalog::Catalog;
use crate::declare::series::{self, BuiltIn, label};
use crate::operate::facts::Facts;
use crate::operate::foreign;
use crate::operate::promql::{Window, call, count_by, max_by, min_by, sum, sum_by};
use crate::operate::series_count::sample_limit;

/// Counters of dropped log lines and spans, and of refused scrapes, connections and observations.
const LEFT_OUT: [(&BuiltIn, &str); 7] = [
    (&series::LOG_LINES_DROPPED, "log lines dropped"),
    (&series::LOG_LINES_SUPPRESSED, "repeated errors suppressed"),
    (&series::LOG_LINES_SAMPLED_OUT, "good ends sampled out"),
    (&series::SPANS_DROPPED, "spans dropped"),
    (&series::SCRAPES_REFUSED, "scrapes refused"),
    (&series::ACCEPT_ERRORS, "connections not accepted"),
    (&series::NOT_A_NUMBER, "observations not a number"),
];

pub(super) fn panels(catalog: &Catalog, facts: &Facts) -> Vec<Panel> {
    let limit = facts.prometheus.sample_limit.unwrap_or_else(|| sample_limit(catalog));
    // A dashboard's numbers are floats; a limit is far below 2⁵³.
    #[expect(clippy::cast_precision_loss, reason = "a limit is far below 2⁵³")]
    let limit = limit as f64;
    vec![
        stat("All reachable", "Whether Prometheus reaches every instance.", "bool_yes_no")
            .steps([("red", None), ("green", Some(1.0))])
            .query(&min_by::<[&str; 0]>([], chosen(facts, foreign::up())), "all"),
        lost(facts),
        stat(
            "Catalogs",
            "The number of different catalogs among the running instances: 1, except during a rollout.",
            "short",
        )
        .steps([("green", None), ("yellow", Some(2.0))])
        .query(
            &count_by::<[&str; 0]>(
                [],
                count_by([label::CATALOG], chosen(facts, facts.metric(&series::BUILD_INFO))),
            ),
            "catalogs",
        ),
        stat("Hidden families", series::HIDDEN_FAMILIES.help, "short")
            .red_above(Some(1.0))
            .query(&sum(chosen(facts, facts.metric(&series::HIDDEN_FAMILIES))), "families"),
        left_out(facts),
        samples(facts, limit),
        time_series("Scrape duration", "How long Prometheus took to scrape each instance.", "s")
            .query(
                &max_by(["instance"], chosen(facts, foreign::scrape_duration_seconds())),
                "{{instance}}",
            ),
        overflow(facts),
        table(
            "Versions",
            "Running instances by version and catalog. The rules must come from the same catalog.",
            "short",
        )
        .query(
            &count_by([label::VERSION, label::CATALOG], chosen(facts, facts.metric(&series::BUILD_INFO))),
            "instances",
        ),
    ]
}

fn lost(facts: &Facts) -> Panel {
    let increases = series::LOST_TELEMETRY.iter().map(|family| {
        let lost = chosen(facts, facts.metric(family)).increase(Window::RANGE);
        sum(lost).or(call("vector", [0.into()]))
    });
    let panel = stat(
        "Lost lines and spans",
        "Log lines and spans that were dropped in the dashboard's time range, because their destination was too slow or refused them.",
        "short",
    )
    .red_above(Some(1.0));
    match increases.reduce(crate::operate::promql::Expr::plus) {
        Some(all) => panel.query(&all, "lost"),
        None => panel,
    }
}

fn left_out(facts: &Facts) -> Panel {
    let panel = time_series(
        "Dropped and refused",
        "Lines, spans, scrapes and connections that were dropped or refused, per second.",
        "ops",
    );
    LEFT_OUT.iter().fold(panel, |panel, (family, legend)| {
        let zero = call("vector", [0.into()]);
        panel.query(&rate_by(&[], chosen(facts, facts.metric(family))).or(zero), legend)
    })
}

/// Prometheus drops a whole scrape that exceeds the limit.
fn samples(facts: &Facts, limit: f64) -> Panel {
    time_series(
        "Samples",
        &format!(
            "Samples per scrape of each instance. Above {limit} Prometheus drops the whole scrape."
        ),
        "short",
    )
    .red_above(Some(limit))
    .query(&max_by(["instance"], chosen(facts, foreign::scrape_samples_scraped())), "{{instance}}")
}

fn overflow(facts: &Facts) -> Panel {
    let folded = chosen(facts, facts.metric(&series::LABEL_OVERFLOW)).increase(Window::RANGE);
    table(
        "Folded label values",
        "Label values beyond their label's budget, in the dashboard's time range.",
        "short",
    )
    .query(&or_zero(sum_by([label::FAMILY, label::LABEL], folded)), "values")
}
