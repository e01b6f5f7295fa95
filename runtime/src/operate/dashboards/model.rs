//! A dashboard as Grafana reads it: as much of its JSON as the generated ones use.

use serde::Serialize;

/// A dashboard.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document {
    pub(super) uid: String,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) tags: Vec<String>,
    pub(super) timezone: &'static str,
    pub(super) editable: bool,
    pub(super) graph_tooltip: u8,
    pub(super) schema_version: u16,
    pub(super) refresh: &'static str,
    pub(super) time: TimeRange,
    pub(super) templating: List<Variable>,
    pub(super) annotations: List<Annotation>,
    pub(super) links: Vec<DashboardLink>,
    pub(super) panels: Vec<Panel>,
}

#[derive(Debug, Serialize)]
pub(super) struct TimeRange {
    pub(super) from: &'static str,
    pub(super) to: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct List<T> {
    pub(super) list: Vec<T>,
}

/// What a user of a dashboard chooses.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Variable {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) query: VariableQuery,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) datasource: Option<Source>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) current: Option<Choice>,
    pub(super) refresh: u8,
    pub(super) multi: bool,
    pub(super) include_all: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) all_value: Option<&'static str>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum VariableQuery {
    Text(&'static str),
    #[serde(rename_all = "camelCase")]
    Series {
        query: String,
        ref_id: &'static str,
    },
}

#[derive(Debug, Serialize)]
pub(super) struct Choice {
    pub(super) text: String,
    pub(super) value: String,
    pub(super) selected: bool,
}

/// A data source by its type and uid.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Source {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) uid: String,
}

/// Marks at the times when a query gives something new.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Annotation {
    pub(super) name: &'static str,
    pub(super) datasource: Source,
    pub(super) enable: bool,
    pub(super) hide: bool,
    pub(super) icon_color: &'static str,
    pub(super) expr: String,
    pub(super) step: &'static str,
    pub(super) title_format: &'static str,
    pub(super) text_format: &'static str,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "they are Grafana's")]
pub(super) struct DashboardLink {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) title: &'static str,
    pub(super) tooltip: &'static str,
    pub(super) icon: &'static str,
    pub(super) url: String,
    pub(super) tags: Vec<String>,
    pub(super) as_dropdown: bool,
    pub(super) target_blank: bool,
    pub(super) include_vars: bool,
    pub(super) keep_time: bool,
}

/// A panel, or a row's heading.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Panel {
    pub(super) id: u32,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) grid_pos: Place,
    pub(super) datasource: Source,
    pub(super) targets: Vec<Target>,
    pub(super) field_config: FieldConfig,
    pub(super) options: Options,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) transformations: Vec<Transformation>,
}

#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Place {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) w: u32,
    pub(super) h: u32,
}

/// A query.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Target {
    #[serde(rename_all = "camelCase")]
    Metrics {
        datasource: Source,
        ref_id: String,
        expr: String,
        legend_format: String,
        range: bool,
        instant: bool,
        exemplar: bool,
        format: &'static str,
    },
    #[serde(rename_all = "camelCase")]
    Logs {
        datasource: Source,
        ref_id: String,
        expr: String,
        query_type: &'static str,
        max_lines: u32,
    },
}

#[derive(Debug, Serialize)]
pub(super) struct FieldConfig {
    pub(super) defaults: Field,
    pub(super) overrides: Vec<Override>,
}

/// Settings of what one query gives.
#[derive(Debug, Serialize)]
pub(super) struct Override {
    pub(super) matcher: Property,
    pub(super) properties: Vec<Property>,
}

#[derive(Debug, Serialize)]
pub(super) struct Property {
    pub(super) id: &'static str,
    #[serde(rename = "options", skip_serializing_if = "Option::is_none")]
    pub(super) of: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<String>,
}

/// How values are shown.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Field {
    pub(super) unit: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) min: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max: Option<f64>,
    pub(super) color: Color,
    pub(super) thresholds: Thresholds,
    pub(super) links: Vec<DataLink>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) custom: Option<Custom>,
}

#[derive(Debug, Serialize)]
pub(super) struct Color {
    pub(super) mode: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct Thresholds {
    pub(super) mode: &'static str,
    pub(super) steps: Vec<Step>,
}

/// From `value` on, `color`; the first has none.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Step {
    pub(super) color: &'static str,
    pub(super) value: Option<f64>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DataLink {
    pub(super) title: &'static str,
    pub(super) url: String,
    pub(super) target_blank: bool,
}

/// How a time series is drawn.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Custom {
    pub(super) draw_style: &'static str,
    pub(super) line_width: u8,
    pub(super) fill_opacity: u8,
    pub(super) show_points: &'static str,
    pub(super) span_nulls: bool,
    pub(super) thresholds_style: Mode,
}

#[derive(Debug, Serialize)]
pub(super) struct Mode {
    pub(super) mode: &'static str,
}

/// What each type of panel has of its own.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Options {
    #[serde(rename_all = "camelCase")]
    TimeSeries { legend: Legend, tooltip: Tooltip },
    #[serde(rename_all = "camelCase")]
    Stat {
        color_mode: &'static str,
        graph_mode: &'static str,
        justify_mode: &'static str,
        orientation: &'static str,
        text_mode: &'static str,
        wide_layout: bool,
        show_percent_change: bool,
        percent_change_color_mode: &'static str,
        reduce_options: Reduce,
    },
    #[serde(rename_all = "camelCase")]
    Heatmap {
        calculate: bool,
        y_axis: Axis,
        color: HeatmapColor,
        cell_gap: u8,
        show_value: &'static str,
        legend: Shown,
        exemplars: ExemplarColor,
        tooltip: HeatmapTooltip,
    },
    #[serde(rename_all = "camelCase")]
    Table { show_header: bool, cell_height: &'static str, frame_index: u8 },
    #[serde(rename_all = "camelCase")]
    Logs {
        show_labels: bool,
        show_common_labels: bool,
        show_time: bool,
        show_log_context_toggle: bool,
        wrap_log_message: bool,
        prettify_log_message: bool,
        enable_log_details: bool,
        sort_order: &'static str,
        dedup_strategy: &'static str,
    },
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Legend {
    pub(super) display_mode: &'static str,
    pub(super) placement: &'static str,
    #[serde(rename = "showLegend")]
    pub(super) shown: bool,
    pub(super) calcs: Vec<&'static str>,
}

#[derive(Debug, Serialize)]
pub(super) struct Tooltip {
    pub(super) mode: &'static str,
    pub(super) sort: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct Reduce {
    pub(super) calcs: Vec<&'static str>,
    pub(super) fields: &'static str,
    pub(super) values: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct Axis {
    pub(super) unit: String,
}

#[derive(Debug, Serialize)]
pub(super) struct HeatmapColor {
    pub(super) mode: &'static str,
    pub(super) scheme: &'static str,
    pub(super) steps: u8,
    pub(super) exponent: f32,
    pub(super) fill: &'static str,
    pub(super) reverse: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct Shown {
    pub(super) show: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct ExemplarColor {
    pub(super) color: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct HeatmapTooltip {
    pub(super) mode: &'static str,
    pub(super) y_histogram: bool,
    pub(super) show_color_scale: bool,
}

/// What is done with what queries give, before it is shown.
#[derive(Debug, Serialize)]
pub(super) struct Transformation {
    pub(super) id: &'static str,
    pub(super) options: Organize,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Organize {
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub(super) exclude_by_name: std::collections::BTreeMap<&'static str, bool>,
}
