//! A panel, its queries, and the transformations of their results.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{FieldConfig, Options, Source};

/// A panel, or a row's heading.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::operate::dashboards) struct Panel {
    pub(in crate::operate::dashboards) id: u32,
    #[serde(rename = "type")]
    pub(in crate::operate::dashboards) kind: &'static str,
    pub(in crate::operate::dashboards) title: String,
    pub(in crate::operate::dashboards) description: String,
    pub(in crate::operate::dashboards) grid_pos: GridPosition,
    pub(in crate::operate::dashboards) datasource: Source,
    pub(in crate::operate::dashboards) targets: Vec<Target>,
    pub(in crate::operate::dashboards) field_config: FieldConfig,
    pub(in crate::operate::dashboards) options: Options,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::operate::dashboards) transformations: Vec<Transformation>,
}

#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(in crate::operate::dashboards) struct GridPosition {
    pub(in crate::operate::dashboards) x: u32,
    pub(in crate::operate::dashboards) y: u32,
    pub(in crate::operate::dashboards) w: u32,
    pub(in crate::operate::dashboards) h: u32,
}

/// A query.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(in crate::operate::dashboards) enum Target {
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

/// A step that transforms query results before the panel displays them.
#[derive(Debug, Serialize)]
pub(in crate::operate::dashboards) struct Transformation {
    pub(in crate::operate::dashboards) id: &'static str,
    pub(in crate::operate::dashboards) options: Organize,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::operate::dashboards) struct Organize {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(in crate::operate::dashboards) exclude_by_name: BTreeMap<&'static str, bool>,
}
