//! The alert on a key that has a large share of a metric: one user makes a third of all tasks.

use super::{Remedy, SupportAlert, SupportAlertSpec, labelled};
use crate::declare::catalog::Catalog;
use crate::declare::ranks::{FIRST, RANK};
use crate::declare::series::label;
use crate::declare::{Descriptor, Kind};
use crate::operate::facts::{Facts, HeaviestKey};
use crate::operate::links::Dashboard;
use crate::operate::promql::{Expr, Selector, Window, ratio, sum_by};
use crate::operate::queries;
use crate::operate::rules::Severity;

/// The metrics of heaviest keys, each with its limits.
pub(in crate::operate) fn limited(
    catalog: &Catalog,
    facts: &Facts,
) -> Vec<(&'static Descriptor, HeaviestKey)> {
    let mut families: Vec<_> =
        catalog.families.iter().copied().filter(|family| family.kind == Kind::Top).collect();
    families.dedup_by_key(|family| family.name);
    let limit = |family: &'static Descriptor| {
        let given = facts.heaviest.get(family.name).map(|one| *one.get_ref());
        (family, given.unwrap_or_default())
    };
    families.into_iter().map(limit).collect()
}

pub(super) fn alert(catalog: &Catalog, facts: &Facts) -> Option<SupportAlert> {
    let limited = limited(catalog, facts);
    let plan = SupportAlertSpec {
        name: "ServiceKeyTooHeavy",
        severity: Severity::Ticket,
        expr: limited.iter().map(|one| too_heavy(facts, *one)).reduce(Expr::or)?,
        for_duration: Window::minutes(5),
        summary: "one key, such as a user, has a large share of a metric",
        description: format!(
            "The heaviest key of `{{{{ $labels.family }}}}` has up to {{{{ $value | humanizePercentage }}}} of the \
             last five to ten minutes. Allowed: {}. The live page of each instance names it, and so do the log lines \
             \"{}\".",
            described(&limited),
            queries::HEAVY_KEY,
        ),
        dashboard: Dashboard::Business,
        meaning: "In the last minutes one key, such as a user or a tenant, had more of a metric than the service's \
                  facts allow. The share is what the heaviest keys of all instances have together: exact if they are \
                  the same key, too high if each instance has another one.",
        impact: "Perhaps none. Or one user slows the others down, fills the database, or is a script out of control.",
        steps: &[
            "Which key is it? The live page at `/` of an instance's admin listener lists the heaviest keys; as JSON \
             they are `metrics[].heaviest` of `/api/v1/snapshot`. The log lines below name it, too.",
            "Is it the same key in all instances? A hash can be compared if they have the same `GOLDSIGNAL_HASH_KEY`.",
            "What does it do? A hash is the one that a field `hash(..)` of the same value has in the lines of its \
             requests: search the log for it.",
            "Is it a mistake, an attack, or a customer who grows? Limit it, block it, or talk to whoever it is.",
            "Is this normal? Change `[heaviest.NAME]` in the facts, and generate again.",
        ],
        remedy: Remedy::Clients,
    };
    Some(plan.build(facts).reading(queries::heavy_keys(facts)))
}

/// The share of the heaviest keys, where it is too large, and all keys weigh enough.
fn too_heavy(facts: &Facts, (family, limit): (&'static Descriptor, HeaviestKey)) -> Expr {
    let identity = facts.identity().series_labels();
    let sum = |series: Selector| sum_by(identity.iter().copied(), series);
    let all = || facts.select(family);
    let most = Expr::Number(format!("{}", f64::from(limit.most_percent) / 100.0));
    let share = ratio(sum(all().with(RANK, FIRST)), sum(all())).above(most);
    labelled(share.and(sum(all()).at_least(limit.least_weight)), label::FAMILY, family.name)
}

fn described(limited: &[(&'static Descriptor, HeaviestKey)]) -> String {
    let each = limited.iter().map(|(family, limit)| {
        let HeaviestKey { most_percent, least_weight } = limit;
        format!("`{}` {most_percent} %, from a weight of {least_weight} on", family.name)
    });
    each.collect::<Vec<_>>().join(", ")
}
