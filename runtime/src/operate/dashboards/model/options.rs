//! The options of each panel type.

use serde::Serialize;

/// The options of each panel type.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(in crate::operate::dashboards) enum Options {
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
        legend: HeatmapLegend,
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
#[expect(clippy::struct_field_names, reason = "Grafana calls it `showLegend`")]
pub(in crate::operate::dashboards) struct Legend {
    pub(in crate::operate::dashboards) display_mode: &'static str,
    pub(in crate::operate::dashboards) placement: &'static str,
    pub(in crate::operate::dashboards) show_legend: bool,
    pub(in crate::operate::dashboards) calcs: Vec<&'static str>,
}

#[derive(Debug, Serialize)]
pub(in crate::operate::dashboards) struct Tooltip {
    pub(in crate::operate::dashboards) mode: &'static str,
    pub(in crate::operate::dashboards) sort: &'static str,
}

#[derive(Debug, Serialize)]
pub(in crate::operate::dashboards) struct Reduce {
    pub(in crate::operate::dashboards) calcs: Vec<&'static str>,
    pub(in crate::operate::dashboards) fields: &'static str,
    pub(in crate::operate::dashboards) values: bool,
}

#[derive(Debug, Serialize)]
pub(in crate::operate::dashboards) struct Axis {
    pub(in crate::operate::dashboards) unit: String,
}

#[derive(Debug, Serialize)]
pub(in crate::operate::dashboards) struct HeatmapColor {
    pub(in crate::operate::dashboards) mode: &'static str,
    pub(in crate::operate::dashboards) scheme: &'static str,
    pub(in crate::operate::dashboards) steps: u8,
    pub(in crate::operate::dashboards) exponent: f32,
    pub(in crate::operate::dashboards) fill: &'static str,
    pub(in crate::operate::dashboards) reverse: bool,
}

#[derive(Debug, Serialize)]
pub(in crate::operate::dashboards) struct HeatmapLegend {
    pub(in crate::operate::dashboards) show: bool,
}

#[derive(Debug, Serialize)]
pub(in crate::operate::dashboards) struct ExemplarColor {
    pub(in crate::operate::dashboards) color: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::operate::dashboards) struct HeatmapTooltip {
    pub(in crate::operate::dashboards) mode: &'static str,
    pub(in crate::operate::dashboards) y_histogram: bool,
    pub(in crate::operate::dashboards) show_color_scale: bool,
}
