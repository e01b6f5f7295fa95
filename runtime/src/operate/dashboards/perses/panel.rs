//! Each panel of Grafana's model as a panel of Perses.

use super::layout::{Part, WIDTH};
use super::model::{
    Axis, Column, Definition, Display, Kind, Legend, Link, LogsQuery, LogsTable, MappedTo, Mapping,
    MetricsQuery, Panel, Query, QuerySettings, Sparkline, StatChart, Step, Table, Thresholds,
    TimeSeriesChart, Visual,
};
use super::units::{color, format, label};
use crate::operate::dashboards::model::{self as grafana, Setting, Target};
use crate::operate::dashboards::panel::EXEMPLARS;
use crate::operate::links::Page;

/// The least width of a number.
const NARROWEST: u32 = 3;

/// The panel; or one for each query, where the queries have limits of their own, side by side in its place.
pub(super) fn of(of: &grafana::Panel, address: &impl Fn(Page) -> String) -> Vec<Part> {
    let (width, height) = (of.grid_pos.w, of.grid_pos.h);
    let limits: Vec<_> = of.targets.iter().map(|target| limits(of, legend(target))).collect();
    if limits.iter().all(Option::is_none) {
        let own = thresholds(&of.field_config.defaults.thresholds);
        let panel = panel(of, of.title.clone(), of.targets.iter(), own, address);
        return vec![Part { panel, size: (width, height) }];
    }
    let number = u32::try_from(limits.len()).unwrap_or(WIDTH).max(1);
    let part = |(target, limits): (&Target, Option<&grafana::Thresholds>)| {
        let title = format!("{}: {}", of.title, legend(target));
        let own = thresholds(limits.unwrap_or(&of.field_config.defaults.thresholds));
        let panel = panel(of, title, [target].into_iter(), own, address);
        Part { panel, size: ((width / number).max(NARROWEST), height) }
    };
    of.targets.iter().zip(limits).map(part).collect()
}

/// The thresholds of the series with this name, if they are not the panel's.
fn limits<'a>(of: &'a grafana::Panel, legend: &str) -> Option<&'a grafana::Thresholds> {
    let overrides = of.field_config.overrides.iter();
    let mut own = overrides.filter(|one| one.matcher.of == legend).flat_map(|one| &one.properties);
    own.find_map(|property| match &property.value {
        Setting::Thresholds(limits) => Some(limits),
        _ => None,
    })
}

fn panel<'a>(
    of: &'a grafana::Panel,
    name: String,
    targets: impl Iterator<Item = &'a Target> + Clone,
    thresholds: Thresholds,
    address: &impl Fn(Page) -> String,
) -> Panel {
    let queries = targets.clone().map(|target| query(of, target)).collect();
    let links = of.field_config.defaults.links.iter();
    let link = |to: &grafana::DataLink| {
        Some(Link { name: to.title.to_owned(), url: address(to.to?), render_variables: true })
    };
    Panel {
        display: Display { name, description: Some(description(of)) },
        plugin: plugin(of, targets, thresholds),
        queries,
        links: links.filter_map(link).collect(),
    }
}

fn description(of: &grafana::Panel) -> String {
    if of.kind == "heatmap" {
        let about = of.description.replace(EXEMPLARS, "");
        return format!("{about} Each line is the rate of values at or below it.");
    }
    of.description.clone()
}

fn query(of: &grafana::Panel, target: &Target) -> Kind<Query> {
    match target {
        Target::Metrics { expr, legend_format, .. } => {
            let most = if of.kind == "heatmap" { "≤ " } else { "" };
            let series_name_format = format!("{most}{legend_format}");
            let plugin =
                Definition::Metrics(MetricsQuery { query: expr.clone(), series_name_format });
            Kind { kind: "TimeSeriesQuery", spec: Query { plugin } }
        }
        Target::Logs { expr, .. } => {
            let plugin = Definition::Logs(LogsQuery { query: expr.clone() });
            Kind { kind: "LogQuery", spec: Query { plugin } }
        }
    }
}

fn plugin<'a>(
    of: &grafana::Panel,
    targets: impl Iterator<Item = &'a Target> + Clone,
    thresholds: Thresholds,
) -> Definition {
    match of.kind {
        "stat" => Definition::StatChart(stat(of, thresholds)),
        "table" => Definition::Table(table(of, targets)),
        "logs" => Definition::LogsTable(LogsTable { enable_details: true }),
        _ => Definition::TimeSeriesChart(chart(of, targets, thresholds)),
    }
}

fn chart<'a>(
    of: &grafana::Panel,
    targets: impl Iterator<Item = &'a Target>,
    thresholds: Thresholds,
) -> TimeSeriesChart {
    let field = &of.field_config.defaults;
    let custom = field.custom.as_ref();
    let drawn = custom.is_some_and(|custom| custom.thresholds_style.mode != "off");
    // A heat map's unit is that of its buckets; its lines are rates.
    let unit = if of.kind == "heatmap" { "ops" } else { &field.unit };
    let min = if of.kind == "heatmap" { Some(0.0) } else { field.min };
    let opacity = custom.map_or(10, |custom| custom.fill_opacity);
    TimeSeriesChart {
        legend: Legend {
            position: "bottom",
            mode: "table",
            size: "small",
            values: vec!["last-number", "max"],
        },
        y_axis: Axis { label: label(unit), format: format(unit), min, max: field.max },
        visual: Visual { line_width: 1, area_opacity: f64::from(opacity) / 100.0 },
        thresholds: drawn.then_some(thresholds),
        query_settings: targets.enumerate().filter_map(|(at, one)| settings(of, at, one)).collect(),
    }
}

/// A query with a colour of its own is a limit: a dashed line.
fn settings(of: &grafana::Panel, query_index: usize, target: &Target) -> Option<QuerySettings> {
    let overrides = of.field_config.overrides.iter();
    let mut own =
        overrides.filter(|one| one.matcher.of == legend(target)).flat_map(|one| &one.properties);
    own.find_map(|property| match &property.value {
        Setting::Color(fixed) => Some(QuerySettings {
            query_index,
            color_mode: "fixed",
            color_value: color(fixed.fixed_color?),
            line_style: "dashed",
            area_opacity: 0.0,
        }),
        _ => None,
    })
}

fn stat(of: &grafana::Panel, thresholds: Thresholds) -> StatChart {
    let unit = &of.field_config.defaults.unit;
    let words: &[_] = if unit == "bool_yes_no" { &[("0", "No"), ("1", "Yes")] } else { &[] };
    let mapping = |(value, text): &(&'static str, &'static str)| Kind {
        kind: "Value",
        spec: Mapping { value, result: MappedTo { value: text } },
    };
    StatChart {
        calculation: "last-number",
        format: format(unit),
        thresholds,
        sparkline: Sparkline {},
        mappings: words.iter().map(mapping).collect(),
    }
}

/// Perses names a column `value`, or `value #1` where there are several queries.
fn table<'a>(of: &grafana::Panel, targets: impl Iterator<Item = &'a Target> + Clone) -> Table {
    let several = targets.clone().count() > 1;
    let value = |(number, target): (usize, &Target)| Column {
        name: if several { format!("value #{number}") } else { "value".to_owned() },
        header: Some(legend(target).to_owned()),
        format: Some(format(&of.field_config.defaults.unit)),
        hide: false,
    };
    let time = Column { name: "timestamp".to_owned(), header: None, format: None, hide: true };
    let values = (1..).zip(targets).map(value);
    Table { density: "compact", column_settings: [time].into_iter().chain(values).collect() }
}

fn thresholds(of: &grafana::Thresholds) -> Thresholds {
    let base = of.steps.iter().find(|step| step.value.is_none());
    let steps = of
        .steps
        .iter()
        .filter_map(|step| Some(Step { value: step.value?, color: color(step.color) }));
    Thresholds {
        mode: "absolute",
        default_color: color(base.map_or("green", |step| step.color)),
        steps: steps.collect(),
    }
}

fn legend(target: &Target) -> &str {
    match target {
        Target::Metrics { legend_format, .. } => legend_format,
        Target::Logs { .. } => "",
    }
}
