//! The parts of a dashboard around its panels: variables, annotations and links.

use super::model::{
    Annotation, Choice, DashboardLink, Document, List, Panel, TimeRange, Variable, VariableQuery,
};
use super::pages;
use super::panel::{arranged, metrics};
use crate::declare::series::{self, label};
use crate::operate::MARKER;
use crate::operate::facts::Facts;
use crate::operate::foreign;
use crate::operate::identity;
use crate::operate::links::{self, Dashboard, Page};
use crate::operate::logql::LogQuery;
use crate::operate::promql::{Expr, Matching, Operator, Selector, Window, call, count_by};
use crate::operate::text;
use crate::operate::traces::TraceSearch;

/// Builds a complete dashboard, in as few pages as it needs.
pub(super) fn documents(
    facts: &Facts,
    which: Dashboard,
    existing: &[Dashboard],
    about: &str,
    variables: Vec<Variable>,
    panels: Vec<Panel>,
) -> Vec<(Page, Document)> {
    let mut list = vec![datasource(facts)];
    list.extend(deployment(facts));
    list.push(instance(facts));
    list.extend(variables);
    let divided = pages::divided(arranged(panels));
    let pages: Vec<_> = (1..=divided.len()).map(|number| which.page(number)).collect();
    let others = existing.iter().filter(|other| **other != which).map(|other| other.page(1));
    let linked: Vec<_> = pages.iter().copied().chain(others).collect();
    let one = |(page, panels)| (page, document(facts, page, &linked, about, list.clone(), panels));
    pages.into_iter().zip(divided).map(one).collect()
}

fn document(
    facts: &Facts,
    page: Page,
    linked: &[Page],
    about: &str,
    list: Vec<Variable>,
    panels: Vec<Panel>,
) -> Document {
    Document {
        uid: page.uid(facts),
        title: format!("{}: {}", text::deployment(facts), title(page)),
        description: format!("{about} {MARKER}"),
        tags: vec!["goldsignal".to_owned(), facts.service.to_string()],
        timezone: "browser",
        editable: false,
        graph_tooltip: 1,
        schema_version: 39,
        refresh: "1m",
        time: TimeRange { from: "now-6h", to: "now" },
        templating: List { list },
        annotations: List { list: vec![starts(facts), alerts(facts)] },
        links: links(facts, page, linked),
        panels: arranged(panels),
    }
}

/// The page's title.
fn title(page: Page) -> String {
    let title = match page.of {
        Dashboard::Overview => "Overview",
        Dashboard::Endpoint => "Endpoints",
        Dashboard::Dependencies => "Dependencies",
        Dashboard::Business => "Business",
        Dashboard::Slo => "Objectives",
        Dashboard::Saturation => "Saturation",
        Dashboard::Telemetry => "Telemetry health",
    };
    match page.number {
        1 => title.to_owned(),
        number => format!("{title} ({number})"),
    }
}

fn datasource(facts: &Facts) -> Variable {
    let uid = &facts.grafana.prometheus_uid;
    Variable {
        kind: "datasource",
        name: "datasource",
        label: "Data source",
        query: VariableQuery::Text("prometheus"),
        datasource: None,
        current: Some(choice(uid)),
        refresh: 1,
        multi: false,
        include_all: false,
        all_value: None,
    }
}

/// A variable for each label that identifies a deployment of the service. Each offers the values that
/// occur with those chosen before it.
fn deployment(facts: &Facts) -> Vec<Variable> {
    let built = Selector::of(facts.metric(&series::BUILD_INFO));
    let mut running = built.with(label::SERVICE, facts.service.to_string());
    let mut variables = Vec::new();
    let titles = [
        (identity::CLUSTER, "Cluster"),
        (identity::ENVIRONMENT, "Environment"),
        (identity::NAMESPACE, "Namespace"),
        ("job", "Job"),
    ];
    let given = facts.given().identity();
    for (name, title) in titles {
        let Some((_, value)) = given.series().find(|(given, _)| *given == name) else { continue };
        let current = Some(choice(value));
        variables.push(Variable { current, ..one_of(name, title, &running, name) });
        running = running.with(name, format!("${name}"));
    }
    variables
}

fn instance(facts: &Facts) -> Variable {
    let running = facts.select(facts.metric(&series::BUILD_INFO));
    many_of("instance", "Instance", &running, "instance")
}

/// A variable that selects one value of a label.
pub(super) fn one_of(
    name: &'static str,
    label: &'static str,
    of: &Selector,
    values: &str,
) -> Variable {
    Variable {
        kind: "query",
        name,
        label,
        query: VariableQuery::Series {
            query: format!("label_values({of}, {values})"),
            ref_id: name,
            selector: of.to_string(),
            values: values.to_owned(),
        },
        datasource: Some(metrics()),
        current: None,
        // Reload the values when the time range changes, because routes and instances come and go.
        refresh: 2,
        multi: false,
        include_all: false,
        all_value: None,
    }
}

/// A variable that selects any values of a label; at first all of them.
pub(super) fn many_of(
    name: &'static str,
    label: &'static str,
    of: &Selector,
    values: &str,
) -> Variable {
    Variable {
        current: Some(Choice {
            text: "All".to_owned(),
            value: "$__all".to_owned(),
            selected: true,
        }),
        multi: true,
        include_all: true,
        all_value: Some(".*"),
        ..one_of(name, label, of, values)
    }
}

fn choice(value: &str) -> Choice {
    Choice { text: value.to_owned(), value: value.to_owned(), selected: true }
}

fn starts(facts: &Facts) -> Annotation {
    let expr = started(facts);
    annotation("Starts", "blue", &expr, "Started: version {{version}}", "Catalog {{catalog}}")
}

/// The number of running instances by version.
pub(super) fn versions(of: impl Into<Expr>) -> Expr {
    count_by([label::VERSION, label::CATALOG], of)
}

/// The number of instances that started within five minutes, by version: that were not there before, as after a deployment of
/// the same version, too; or whose counters fell, as after a restart in place.
pub(super) fn started(facts: &Facts) -> Expr {
    let window = Window::minutes(5);
    let running = || facts.select(facts.metric(&series::BUILD_INFO));
    let new = Expr::from(running()).unless(running().offset(window));
    let calls = facts.select(facts.metric(&series::FUNCTION_CALLS));
    let fell = call("resets", [calls.over(window)]).above(0);
    let instance = facts.identity().instance_labels().into_iter().map(str::to_owned).collect();
    let restarted = Expr::from(running()).between(Operator::And, Matching::On(instance), fell);
    versions(new.or(restarted))
}

fn alerts(facts: &Facts) -> Annotation {
    let firing = facts
        .identity()
        .of_alerts(foreign::alerts())
        .with("alertstate", "firing")
        .without("severity", "watchdog");
    annotation("Alerts", "red", &firing.into(), "{{alertname}}", "{{severity}} {{slo}}")
}

fn annotation(
    name: &'static str,
    icon_color: &'static str,
    expr: &Expr,
    title_format: &'static str,
    text_format: &'static str,
) -> Annotation {
    Annotation {
        name,
        datasource: metrics(),
        enable: true,
        hide: false,
        icon_color,
        expr: expr.to_string(),
        step: "1m",
        title_format,
        text_format,
    }
}

/// Links to the other pages and dashboards, and to the search for log lines and for traces.
fn links(facts: &Facts, from: Page, linked: &[Page]) -> Vec<DashboardLink> {
    let others = linked.iter().copied().filter(|page| *page != from);
    let to_dashboard =
        |to| DashboardLink { to: Some(to), ..link(title(to), path(facts, to), "dashboard", true) };
    let mut links: Vec<_> = others.map(to_dashboard).collect();
    // These links keep no variables, so they lead to the deployment of the facts.
    let given = facts.given();
    let logs = explore(&given.grafana.loki_uid, LogQuery::of(&given).explore());
    let traces = explore(given.grafana.traces_uid(), TraceSearch::all(&given).explore());
    links.push(link("Logs".to_owned(), logs, "doc", false));
    links.push(link("Traces".to_owned(), traces, "bolt", false));
    links
}

fn link(title: String, url: String, icon: &'static str, carries: bool) -> DashboardLink {
    DashboardLink {
        kind: "link",
        title,
        tooltip: "",
        icon,
        url,
        tags: Vec::new(),
        as_dropdown: false,
        target_blank: false,
        include_vars: carries,
        keep_time: carries,
        to: None,
    }
}

fn path(facts: &Facts, to: Page) -> String {
    format!("/d/{}/{}", to.uid(facts), to.name())
}

/// A link from a series to another dashboard. It carries the time range and the variables, and sets
/// the variable `name` to the series' value of `label`.
pub(super) fn from_series(facts: &Facts, to: Dashboard, variables: &[(&str, &str)]) -> String {
    let identity = facts.identity();
    let deployment: Vec<_> =
        identity.series().map(|(name, _)| format!("&${{{name}:queryparam}}")).collect();
    let start = format!(
        "{}?${{__url_time_range}}&${{datasource:queryparam}}{}&${{instance:queryparam}}",
        path(facts, to.page(1)),
        deployment.concat(),
    );
    variables.iter().fold(start, |url, (name, label)| {
        format!("{url}&var-{name}=${{__field.labels.{label}:percentencode}}")
    })
}

/// Grafana's Explore page for a data source, over the dashboard's time range.
fn explore(uid: &str, query: serde_json::Value) -> String {
    let path = links::explore(uid, query, ["__from", "__to"]);
    // Grafana substitutes the time variables, so they must not be percent-encoded.
    path.replace("%22__from%22", "%22${__from}%22").replace("%22__to%22", "%22${__to}%22")
}
