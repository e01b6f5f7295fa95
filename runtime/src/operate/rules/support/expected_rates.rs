//! The alert on counters that grow faster or slower than the facts expect.

use super::{Remedy, SupportAlert, SupportAlertSpec, labelled};
use crate::declare::Descriptor;
use crate::declare::catalog::Catalog;
use crate::declare::series::label;
use crate::operate::facts::{Expectation, Facts};
use crate::operate::links::Dashboard;
use crate::operate::promql::{Expr, Window, sum_by};
use crate::operate::rules::Severity;

const HOUR: Window = Window::hours(1);

/// The counters with an expectation in the facts.
pub(in crate::operate) fn expected(
    catalog: &Catalog,
    facts: &Facts,
) -> Vec<(&'static Descriptor, Expectation)> {
    let family = |name| catalog.families.iter().copied().find(|family| family.name == name);
    let all = facts.expect.iter();
    all.filter_map(|(name, one)| Some((family(name)?, *one.get_ref()))).collect()
}

pub(super) fn alert(catalog: &Catalog, facts: &Facts) -> Option<SupportAlert> {
    let expected = expected(catalog, facts);
    let plan = SupportAlertSpec {
        name: "ServiceRateUnusual",
        severity: Severity::Ticket,
        expr: expected.iter().flat_map(|one| out_of_bounds(facts, *one)).reduce(Expr::or)?,
        for_duration: Window::minutes(15),
        summary: "a counter grows far faster or slower than expected",
        description: format!(
            "`{{{{ $labels.family }}}}` grew by {{{{ $value | humanize }}}} in the last hour, over all instances. \
             Expected per hour: {}.",
            described(&expected),
        ),
        dashboard: Dashboard::Business,
        meaning: "In one hour a counter grew by more, or by less, than the service's facts expect.",
        impact: "Perhaps none, if users behave differently. Or a client is out of control, or cannot reach the service.",
        steps: &[
            "The business dashboard shows when it began, and for which labels.",
            "Too many: do the log lines name one user or one client again and again?",
            "Too few: does the service get requests at all? Did a client, a queue or a schedule stop?",
            "Is this the new normal? Change `[expect]` in the facts, and generate again.",
        ],
        remedy: Remedy::RollBack,
    };
    Some(plan.build(facts))
}

/// The lower bound applies only to counters that existed an hour ago, so a service that has just started does not
/// alert.
fn out_of_bounds(
    facts: &Facts,
    (family, expectation): (&'static Descriptor, Expectation),
) -> Vec<Expr> {
    let hour = facts.scaled(HOUR);
    let identity = facts.identity().series_labels();
    let all = || facts.select(family);
    let grown = || sum_by(identity.iter().copied(), all().increase(hour));
    let most = expectation.most_per_hour.map(|most| grown().above(most));
    let least = expectation.least_per_hour.map(|least| {
        grown().below(least).and(sum_by(identity.iter().copied(), all().offset(hour)))
    });
    let both = most.into_iter().chain(least);
    both.map(|expr| labelled(expr, label::FAMILY, family.name)).collect()
}

fn described(expected: &[(&'static Descriptor, Expectation)]) -> String {
    let each = expected.iter().map(|(family, one)| format!("`{}` {one}", family.name));
    each.collect::<Vec<_>>().join(", ")
}
