//! What options of other libraries, and near synonyms, are called here.

use crate::diagnostics::{nearest, one_of, quoted_list};

/// The attribute, names of options that it does not have, and what to write.
type Habit = (&'static str, &'static [&'static str], &'static str);

const A_COUNTER: &str =
    "a counter is an attribute of its own: `#[business_counter(TaskMetrics::tasks_created_total)]`";
const THE_LABELS: &str = "the labels are a `#[derive(Labels)]` struct: `ByPlan { plan }`";

#[rustfmt::skip]
const HABITS: &[Habit] = &[
    ("observed", &["ret"], "what a call returns is captured by `ok(|value| name = ?value)`"),
    ("observed", &["skip_all", "skip_args"], "arguments are captured only if `fields(..)` names them; remove it"),
    ("observed", &["parent", "follows_from"], "the parent is the operation that calls this one; remove it"),
    ("observed", &["op", "operation", "span", "span_name"], "an operation is called by `name = \"…\"`"),
    ("observed", &["target"], "the target of its line is the module; an operation is called by `name = \"…\"`"),
    ("observed", &["struct_name", "type_name"], "`#[observed]` on the `impl` block knows the type; elsewhere write `name = \"…\"`"),
    ("observed", &["description", "desc", "doc", "help"], "the description is the doc comment; remove it"),
    ("observed", &["track_concurrency", "concurrency", "in_flight"], "calls in flight are counted anyway; remove it"),
    ("observed", &["status", "status_code"], "the returned value has the status; remove it"),
    ("observed", &["layer", "layers", "middleware"], "a layer is added where the handler is mounted: `routes![list.layer(..)]`"),
    ("observed", &["runbook", "alert", "alerts", "availability", "threshold", "slow_threshold"], "an objective states it: `slo = API`"),
    ("observed", &["sample", "sample_rate", "sampling"], "the log samples good ends by `Builder::log_ok_ratio`; remove it"),
    ("observed", &["redact", "redacted", "hash", "secret", "sensitive", "mask"], "write `fields(redacted(token))`"),
    ("observed", &["async", "sync"], "functions of all kinds are observed; remove it"),
    ("observed", &["kind", "span_kind", "otel"], "an operation has no kind; remove it"),
    ("observed", &["path", "route", "method", "url", "uri", "endpoint"], "a route is written by its method: `get = \"/orders\"`"),
    ("observed", &["prefix", "under"], "a prefix of routes is stated where they are mounted: `routes![under = \"/api\"; ..]`"),
    ("observed", &["lvl", "severity", "log", "debug", "info", "warn", "error"], "write `level = debug`"),
    ("observed", &["objective", "sla"], "write `slo = API`"),
    ("observed", &["ok_if", "error_if", "err_if", "failed_if"], "a call fails if it returns `Err`; remove it"),
    ("observed", &["counter", "counters", "metric", "metrics", "business_counter"], A_COUNTER),
    ("observed", &["struct_name", "module"], "the module and the type of a method are in the name anyway; remove it"),
    ("observed", &["track_concurrency", "in_flight"], "calls in flight are counted anyway; remove it"),
    ("observed", &["state", "with_state"], "the state is given to the router: `routes![..].with_state(state)`"),
    ("observed", &["registry"], "calls are counted in the registry of the process; remove it"),
    ("observed", &["count", "counted"], "calls are counted anyway; remove it"),
    ("observed", &["labels", "label"], "labels belong to `#[business_counter(..)]`; a log line shows `fields(..)`"),
    ("observed", &["attributes", "tags", "extra", "record", "args", "arguments", "capture", "params"], "write `fields(user_id, %order.id)`"),
    ("observed", &["histogram", "duration", "latency", "timer", "time", "timed"], "durations are measured anyway; their bounds are `buckets = [0.1, 0.5]`"),
    ("counter", &["fields"], "`fields` belongs to `#[observed]`"),
    ("counter", &["amount", "value", "count", "n", "add", "inc", "increment"], "write `by = count`"),
    ("counter", &["when", "condition", "filter", "unless"], "write `if = count > 1`"),
    ("counter", &["label", "labels", "tags"], THE_LABELS),
    ("fault", &["code", "http", "http_status", "status_code"], "write `status = 404`"),
    ("fault", &["not_found", "bad_request", "unauthorized", "forbidden", "conflict"], "write `status = 404`"),
    ("fault", &["into_response", "problem", "problem_json"], "write `response`"),
    ("fault", &["level", "severity"], "the level follows from whose fault it is: `blame = client`"),
    ("fault", &["default"], "each variant states its own: `#[fault(status = 500)]`"),
    ("fault", &["message", "display", "text"], "the message is that of `Display`; remove it"),
    ("fault", &["from", "source"], "`Fault` makes no `From`; `thiserror` does, by `#[from]` on the field"),
    ("fault", &["type", "kind", "name", "rename"], "write `error_type = \"not_found\"`"),
    ("fault", &["client", "server"], "write `blame = client` or `blame = server`"),
    ("metric", &["description", "desc", "describe", "doc"], "write a doc comment, or `help = \"…\"`"),
    ("metric", &["labels", "label", "const_labels", "variable_labels"], "the labels are in the type: `Counter<ByPlan>`"),
    ("metric", &["prefix"], "it goes on the struct: `#[metrics(prefix = \"shop_\")]`"),
    ("metric", &["crate"], "it goes on the struct: `#[metrics(crate = ..)]`"),
    ("metric", &["kind", "type"], "the field's type says it: `Counter`, `Gauge` or `Histogram`"),
    ("metric", &["rename"], "write `name = \"…\"`"),
    ("metric", &["namespace", "subsystem"], "a prefix is given to the struct: `#[metrics(prefix = \"shop_\")]`"),
    ("metric", &["bounds", "boundaries"], "write `buckets = [0.1, 0.5]`"),
    ("metric", &["cardinality", "limit", "max"], "write `budget = 100`"),
    ("metrics", &["namespace", "subsystem", "name", "rename"], "write `prefix = \"shop_\"`"),
    ("metrics", &["help", "unit", "budget"], "it goes on a field: `#[metric(..)]`"),
    ("metrics", &["buckets"], "they go on a field: `#[metric(buckets = [0.1, 0.5])]`"),
    ("metrics", &["labels", "label"], "the labels are in the type of a field: `Counter<ByPlan>`"),
    ("label", &["name", "value", "alias"], "write `rename = \"…\"`"),
    ("label", &["rename_all"], "a value is the variant's name in snake_case; `rename` one variant at a time"),
    ("label", &["crate"], "it goes on the enum"),
    ("label", &["budget"], "a budget is for text, a field of a `#[derive(Labels)]` struct"),
    ("label", &["skip"], "every variant is a value; remove it"),
    ("labels", &["rename_all"], "names are written in snake_case; `rename` one field at a time"),
    ("labels", &["name", "value", "alias"], "write `rename = \"…\"`"),
    ("labels", &["cardinality", "limit", "max", "capacity"], "write `budget = 100`"),
    ("labels", &["skip", "default", "flatten"], "every field is a label; move this one out of the struct"),
    ("labels", &["crate"], "it goes on the struct: `#[labels(crate = ..)]`"),
    ("type", &["budget"], "a budget goes on a field of text: `#[label(budget = 100)]`"),
    ("type", &["rename_all", "case", "style"], "names are written in snake_case; rename one at a time: `#[label(rename = \"…\")]`"),
    ("routes", &["prefix", "nest", "base", "path"], "write `under = \"/api\"`"),
    ("routes", &["layer", "layers", "middleware", "route_layer"], "a layer is added to one handler, `list.layer(..)`, or to all: `routes![..].layer(..)`"),
    ("routes", &["state", "with_state"], "the state is given to the router: `routes![..].with_state(state)`"),
];

/// The error about an option that the attribute at `place` does not have: what it is called here, the nearest name, or all names.
pub(crate) fn unknown_option(place: &str, given: &str, choices: &[&str]) -> String {
    let habit = HABITS.iter().find(|habit| habit.0 == place && habit.1.contains(&given));
    if let Some((.., remedy)) = habit {
        return format!("unknown option `{given}`: {remedy}");
    }
    if let Some(choice) = nearest(given, choices) {
        return format!("unknown option `{given}`; did you mean `{choice}`?");
    }
    if place == "observed" {
        // All methods would make the line too long.
        let others: Vec<&str> = choices
            .iter()
            .copied()
            .filter(|choice| !crate::observed::METHODS.contains(choice))
            .collect();
        return format!(
            "unknown option `{given}`; expected the method of a route, such as `get`, or one of {}",
            quoted_list(&others)
        );
    }
    format!("unknown option `{given}`; expected {}", one_of(choices))
}

/// The error about a path where `#[observed]` expects an option.
pub(crate) fn path_as_option() -> &'static str {
    A_COUNTER
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn habits_come_before_near_names() {
        assert_eq!(
            unknown_option("observed", "path", &["patch"]),
            "unknown option `path`: a route is written by its method: `get = \"/orders\"`"
        );
        assert_eq!(
            unknown_option("observed", "slos", &["slo"]),
            "unknown option `slos`; did you mean `slo`?"
        );
    }

    #[test]
    fn a_list_of_options_fits_into_a_line() {
        let text = unknown_option("observed", "fast", crate::observed::OPTIONS);
        assert!(text.len() < 190, "{text}");
    }
}
