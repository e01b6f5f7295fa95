//! Perses' dashboard model: the part that the generated documents use.

use std::collections::BTreeMap;

use serde::Serialize;

/// What a dashboard shows. The objects of the Perses operator have the same.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::operate) struct Spec {
    pub(super) display: Display,
    pub(super) duration: &'static str,
    pub(super) refresh_interval: &'static str,
    pub(super) variables: Vec<Kind<ListVariable>>,
    pub(super) links: Vec<Link>,
    pub(super) panels: BTreeMap<String, Kind<Panel>>,
    pub(super) layouts: Vec<Kind<Grid>>,
}

/// Something with a kind that decides what its `spec` has.
#[derive(Debug, Serialize)]
pub(in crate::operate) struct Kind<S> {
    pub(super) kind: &'static str,
    pub(super) spec: S,
}

#[derive(Debug, Serialize)]
pub(super) struct Display {
    pub(super) name: String,
    pub(super) description: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct Named {
    pub(super) name: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::operate) struct ListVariable {
    pub(super) name: &'static str,
    pub(super) display: Named,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) default_value: Option<String>,
    pub(super) allow_all_value: bool,
    pub(super) allow_multiple: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) custom_all_value: Option<&'static str>,
    pub(super) plugin: Definition,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::operate) struct Link {
    pub(super) name: String,
    pub(super) url: String,
    pub(super) render_variables: bool,
}

#[derive(Debug, Serialize)]
pub(in crate::operate) struct Panel {
    pub(super) display: Display,
    pub(super) plugin: Definition,
    pub(super) queries: Vec<Kind<Query>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) links: Vec<Link>,
}

#[derive(Debug, Serialize)]
pub(in crate::operate) struct Query {
    pub(super) plugin: Definition,
}

/// A plugin with its settings.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", content = "spec")]
pub(in crate::operate) enum Definition {
    #[serde(rename = "PrometheusLabelValuesVariable")]
    LabelValues(LabelValues),
    #[serde(rename = "PrometheusTimeSeriesQuery")]
    Metrics(MetricsQuery),
    #[serde(rename = "LokiLogQuery")]
    Logs(LogsQuery),
    TimeSeriesChart(TimeSeriesChart),
    StatChart(StatChart),
    Table(Table),
    LogsTable(LogsTable),
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::operate) struct LabelValues {
    pub(super) label_name: String,
    pub(super) matchers: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::operate) struct MetricsQuery {
    pub(super) query: String,
    pub(super) series_name_format: String,
}

#[derive(Debug, Serialize)]
pub(in crate::operate) struct LogsQuery {
    pub(super) query: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::operate) struct TimeSeriesChart {
    pub(super) legend: Legend,
    pub(super) y_axis: Axis,
    pub(super) visual: Visual,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) thresholds: Option<Thresholds>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) query_settings: Vec<QuerySettings>,
}

#[derive(Debug, Serialize)]
pub(super) struct Legend {
    pub(super) position: &'static str,
    pub(super) mode: &'static str,
    pub(super) size: &'static str,
    pub(super) values: Vec<&'static str>,
}

#[derive(Debug, Serialize)]
pub(super) struct Axis {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) label: Option<&'static str>,
    pub(super) format: Format,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) min: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Format {
    pub(super) unit: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) short_values: Option<bool>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Visual {
    pub(super) line_width: u8,
    pub(super) area_opacity: f64,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Thresholds {
    pub(super) mode: &'static str,
    pub(super) default_color: &'static str,
    pub(super) steps: Vec<Step>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Step {
    pub(super) value: f64,
    pub(super) color: &'static str,
}

/// How the series of one query are drawn.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct QuerySettings {
    pub(super) query_index: usize,
    pub(super) color_mode: &'static str,
    pub(super) color_value: &'static str,
    pub(super) line_style: &'static str,
    pub(super) area_opacity: f64,
}

#[derive(Debug, Serialize)]
pub(in crate::operate) struct StatChart {
    pub(super) calculation: &'static str,
    pub(super) format: Format,
    pub(super) thresholds: Thresholds,
    pub(super) sparkline: Sparkline,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) mappings: Vec<Kind<Mapping>>,
}

/// A small graph behind the value.
#[derive(Debug, Default, Serialize)]
pub(super) struct Sparkline {}

/// A text in place of a value.
#[derive(Debug, Serialize)]
pub(super) struct Mapping {
    pub(super) value: &'static str,
    pub(super) result: MappedTo,
}

#[derive(Debug, Serialize)]
pub(super) struct MappedTo {
    pub(super) value: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::operate) struct Table {
    pub(super) density: &'static str,
    pub(super) column_settings: Vec<Column>,
}

#[derive(Debug, Serialize)]
pub(super) struct Column {
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) header: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) format: Option<Format>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) hide: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::operate) struct LogsTable {
    pub(super) enable_details: bool,
}

#[derive(Debug, Serialize)]
pub(in crate::operate) struct Grid {
    pub(super) items: Vec<Item>,
}

#[derive(Debug, Serialize)]
pub(super) struct Item {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) content: Reference,
}

#[derive(Debug, Serialize)]
pub(super) struct Reference {
    #[serde(rename = "$ref")]
    pub(super) path: String,
}
