//! Grafana's dashboard model: the part of its JSON that the generated dashboards use.

mod field;
mod options;
mod panel;

use serde::Serialize;

use crate::operate::links::Page;

pub(super) use field::{
    Color, Custom, DataLink, Field, FieldConfig, LineStyle, Matcher, Mode, Override, Property,
    Setting, Step, Thresholds,
};
pub(super) use options::{
    Axis, ExemplarColor, HeatmapColor, HeatmapLegend, HeatmapTooltip, Legend, Options, Reduce,
    Tooltip,
};
pub(super) use panel::{GridPosition, Organize, Panel, Target, Transformation};

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

/// A variable that the viewer sets.
#[derive(Clone, Debug, Serialize)]
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

#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(super) enum VariableQuery {
    Text(&'static str),
    #[serde(rename_all = "camelCase")]
    Series {
        query: String,
        ref_id: &'static str,
        /// The series whose label gives the values.
        #[serde(skip)]
        selector: String,
        /// That label.
        #[serde(skip)]
        values: String,
    },
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Choice {
    pub(super) text: String,
    pub(super) value: String,
    pub(super) selected: bool,
}

/// A data source, by type and uid.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Source {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) uid: String,
}

/// Marks the times at which a query returns a new series.
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
    pub(super) title: String,
    pub(super) tooltip: &'static str,
    pub(super) icon: &'static str,
    pub(super) url: String,
    pub(super) tags: Vec<String>,
    pub(super) as_dropdown: bool,
    pub(super) target_blank: bool,
    pub(super) include_vars: bool,
    pub(super) keep_time: bool,
    /// The dashboard to which it leads, if it does to one.
    #[serde(skip)]
    pub(super) to: Option<Page>,
}
