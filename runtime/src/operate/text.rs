//! What alerts tell people.

use rust_decimal::Decimal;

use super::facts::Facts;
use super::indicator::Indicator;
use super::promql::{Window, topk};
use super::queries;
use super::rules::Burn;

/// What a burn alert says: how much was bad, how much may be, and which operations burn it now.
pub(super) fn burning(indicator: &Indicator, facts: &Facts, burns: &[Burn]) -> String {
    let days = Decimal::from(indicator.slo.period());
    let rates: Vec<_> = burns
        .iter()
        .map(|burn| {
            let left = (days / burn.factor).round_dp(1).normalize();
            format!("in {left} days or less over {}", burn.long)
        })
        .collect();
    format!(
        "{{{{ $value | humanizePercentage }}}} of the events of `{}` were bad; the budget of {days} days is {}. That spends \
         it {}. {}",
        indicator.name,
        percentage(indicator.budget()),
        rates.join(", "),
        worst(indicator, facts),
    )
}

/// `0.001` as `0.1 %`.
pub(super) fn percentage(share: Decimal) -> String {
    format!("{} %", (share * Decimal::ONE_HUNDRED).normalize())
}

/// A template that lists the three operations with the most bad events when the alert is raised.
fn worst(indicator: &Indicator, facts: &Facts) -> String {
    let Some(by_operation) = queries::by_operation(indicator, facts, Window::minutes(5)) else {
        return String::new();
    };
    // Back quotes: the query has quotes and backslashes of its own.
    let query = topk(3, by_operation.above(0));
    let name =
        "{{ with .Labels.method }} {{ . }}{{ end }} {{ .Labels.endpoint }}{{ .Labels.function }}";
    format!(
        "{{{{ with query `{query}` }}}}Bad events a second now:\
         {{{{ range . }}}}{name} {{{{ printf \"%.3g\" .Value }}}};{{{{ end }}}}\
         {{{{ else }}}}None of its operations has bad events now.{{{{ end }}}}"
    )
}
