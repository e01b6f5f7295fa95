//! The metrics that the service itself declares, by kind.

use super::dependencies;
use super::model::Panel;
use super::panel::{heatmap, stat, time_series};
use super::requests::{chosen, quantile_by, rate_by};
use crate::declare::catalog::Catalog;
use crate::declare::ranks::RANK;
use crate::declare::{Descriptor, Kind, OTHER};
use crate::operate::distinct;
use crate::operate::facts::{Expectation, Facts};
use crate::operate::promql::{
    Expr, Matching, Metric, Operator, Window, call, max_by, ratio, sum, sum_by,
};
use crate::operate::rules::support::heaviest;

/// The suffixes of a pair of counters: the second counts how many of what the first counted were
/// completed.
const CREATED: &str = "_created_total";
const COMPLETED: &str = "_completed_total";
/// The suffix of a gauge whose value is a point in time.
const TIMESTAMP: &str = "_timestamp_seconds";

pub(super) fn panels(catalog: &Catalog, facts: &Facts) -> Vec<Panel> {
    let mut families: Vec<_> =
        catalog.families.iter().copied().filter(|one| !dependencies::is_dependency(one)).collect();
    families.dedup_by_key(|family| family.name);
    let mut panels = completions(&families, facts);
    panels.extend(family_panels(families, facts));
    panels
}

/// The panels of the families, in their order.
pub(super) fn family_panels(
    families: impl IntoIterator<Item = &'static Descriptor>,
    facts: &Facts,
) -> impl Iterator<Item = Panel> {
    families.into_iter().flat_map(|family| match family.kind {
        Kind::Counter => counter(family, facts),
        Kind::Gauge => vec![gauge(family, facts)],
        Kind::Distinct => vec![distinct_keys(family, facts)],
        Kind::Top => vec![heaviest_keys(family, facts)],
        Kind::Histogram => histogram(family, facts),
    })
}

/// Declared series start at zero, so `increase` sees the first increment. Without a series nothing
/// was counted, hence `or vector(0)`.
fn counter(family: &'static Descriptor, facts: &Facts) -> Vec<Panel> {
    let labels = labels(family);
    let total = sum(chosen(facts, family).increase(Window::RANGE)).or(call("vector", [0.into()]));
    let rates = time_series(
        &format!("{} per second", title(family)),
        &about(family, "The rate per second."),
        if family.unit.is_empty() { "ops" } else { unit(family) },
    )
    .sized(18, 8)
    .query(&rate_by(&labels, chosen(facts, family)), &legend(family));
    vec![
        stat(
            &title(family),
            &about(family, "The total in the dashboard's time range."),
            unit(family),
        )
        .sized(6, 8)
        .query(&total, family.name),
        expected(rates, family, facts),
    ]
}

/// Adds the lower and upper bound of the expected rate, each as a line.
fn expected(panel: Panel, family: &Descriptor, facts: &Facts) -> Panel {
    let Some(expectation) = facts.expect.get(family.name) else { return panel };
    let Expectation { least_per_hour, most_per_hour, .. } = *expectation.get_ref();
    let bounds = [("at least", least_per_hour), ("at most", most_per_hour)];
    bounds.into_iter().fold(panel, |panel, (word, bound)| match bound {
        Some(bound) => panel.limit(
            &call("vector", [Expr::from(bound).per(3600)]),
            &format!("all, {word} {bound} an hour"),
        ),
        None => panel,
    })
}

/// The maximum over all instances: several instances may sample the same value, and a sum would
/// count it twice.
fn gauge(family: &'static Descriptor, facts: &Facts) -> Panel {
    let value = max_by(labels(family), chosen(facts, family));
    if family.name.ends_with(TIMESTAMP) {
        let title = format!("Age of {}", family.name.trim_end_matches(TIMESTAMP));
        let age = call("time", []).minus(value);
        return time_series(&title, &about(family, "The time since then."), "s")
            .red_above(Some(600.0))
            .query(&age, &legend(family));
    }
    let about = about(family, "The maximum over all instances.");
    time_series(&title(family), &about, unit(family)).unbounded().query(&value, &legend(family))
}

/// Different keys, by the recorded estimates of some windows.
fn distinct_keys(family: &'static Descriptor, facts: &Facts) -> Panel {
    let about = about(
        family,
        "How many different ones there were in a window, in all instances. The standard error is 3.3 %.",
    );
    let panel = time_series(&title(family), &about, "short");
    distinct::WINDOWS.iter().fold(panel, |panel, (window, words)| {
        panel.query(&distinct::estimated(family, facts, *window), words)
    })
}

/// The share of each rank in the weight of all keys.
fn heaviest_keys(family: &'static Descriptor, facts: &Facts) -> Panel {
    let about = about(
        family,
        "The shares of the ten heaviest keys in the last five to ten minutes, summed over all instances by rank: too high \
         if instances have different heaviest keys. The live page and the log have the keys.",
    );
    let ranked = sum_by([RANK], chosen(facts, family).without(RANK, OTHER));
    let all = sum(chosen(facts, family)).above(0);
    let share = ranked.between(Operator::Divide, Matching::OnGroupLeft(Vec::new()), all);
    let panel = time_series(&format!("{}, shares", title(family)), &about, "percentunit");
    let limits =
        heaviest::limited(&Catalog { families: vec![family], ..Catalog::default() }, facts);
    let most = limits.first().map(|(_, limit)| f64::from(limit.most_percent) / 100.0);
    panel.unit_interval().red_above(most).query(&share, &format!("rank {{{{{RANK}}}}}"))
}

fn histogram(family: &'static Descriptor, facts: &Facts) -> Vec<Panel> {
    let buckets = || chosen(facts, Metric::from(family).buckets());
    let mut quantiles =
        time_series(&title(family), &about(family, "Half, 95 % and 99 % are below."), unit(family));
    for (quantile, name) in super::overview::QUANTILES {
        quantiles = quantiles.query(&quantile_by(&[], quantile, buckets()), name);
    }
    let title = format!("{}, distribution", title(family));
    vec![
        quantiles,
        heatmap(&title, &about(family, "The distribution of the values."), unit(family))
            .query(&rate_by(&["le"], buckets()), "{{le}}"),
    ]
}

/// `tasks_completed_total` divided by `tasks_created_total`. A task that was created before the
/// dashboard's time range can be completed within it, so the share is capped at 100 %.
fn completions(families: &[&'static Descriptor], facts: &Facts) -> Vec<Panel> {
    let counters = || families.iter().copied().filter(|family| family.kind == Kind::Counter);
    let panels = counters().filter_map(|created| {
        let stem = created.name.strip_suffix(CREATED)?;
        let completed = counters().find(|one| one.name.strip_suffix(COMPLETED) == Some(stem))?;
        let all = |family: &'static Descriptor| sum(chosen(facts, family).increase(Window::RANGE));
        let share = call("clamp_max", [ratio(all(completed), all(created)), 1.into()]);
        let title = format!("Completion of {stem}");
        let about = format!(
            "`{}` divided by `{}` in the dashboard's time range; at most 100 %, even if more were completed than created.",
            completed.name, created.name,
        );
        let panel = stat(&title, &about, "percentunit").sized(24, 4).unit_interval();
        Some(panel.query(&share, "completed"))
    });
    panels.collect()
}

fn labels(family: &Descriptor) -> Vec<&'static str> {
    family.dimensions.iter().map(|dimension| dimension.name).collect()
}

/// The values of the family's labels, or its name if it has no labels.
fn legend(family: &Descriptor) -> String {
    let labels = labels(family).into_iter().map(|label| format!("{label} {{{{{label}}}}}"));
    let legend = labels.collect::<Vec<_>>().join(", ");
    if legend.is_empty() { family.name.to_owned() } else { legend }
}

/// Turns `tasks_created_total` into `Tasks created`.
fn title(family: &Descriptor) -> String {
    let words = family.name.trim_end_matches("_total");
    let words = words.strip_suffix(family.unit).unwrap_or(words).trim_end_matches('_');
    let words = words.replace('_', " ");
    words[..1].to_uppercase() + &words[1..]
}

fn about(family: &Descriptor, what: &str) -> String {
    let Descriptor { name, help, location, .. } = family;
    let stop = if help.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{help}{stop} {what} `{name}`, declared at `{location}`.")
}

/// Grafana's identifier of the unit.
fn unit(family: &Descriptor) -> &'static str {
    match family.unit {
        "seconds" => "s",
        "bytes" => "bytes",
        "ratio" => "percentunit",
        "celsius" => "celsius",
        "meters" => "lengthm",
        "volts" => "volt",
        "amperes" => "amp",
        "joules" => "joule",
        "grams" => "massg",
        _ => "short",
    }
}
