//! Constructors of panels, one per panel type.

use super::model::{
    Axis, Color, Custom, ExemplarColor, Field, FieldConfig, GridPosition, HeatmapColor,
    HeatmapLegend, HeatmapTooltip, Legend, Mode, Options, Organize, Panel, Reduce, Source, Step,
    Target, Thresholds, Tooltip, Transformation,
};
use crate::operate::facts::Facts;
use crate::operate::logql::LogQuery;

/// The width of a dashboard in Grafana's grid units.
const WIDTH: u32 = 24;

/// What the description of a heat map says of its exemplars.
pub(super) const EXEMPLARS: &str = " Each point links to a trace.";

/// The Prometheus data source that the viewer chose.
pub(super) fn metrics() -> Source {
    Source { kind: "prometheus", uid: "$datasource".to_owned() }
}

/// A panel without queries.
fn panel(
    kind: &'static str,
    title: &str,
    description: &str,
    unit: &str,
    options: Options,
) -> Panel {
    Panel {
        id: 0,
        kind,
        title: title.to_owned(),
        description: description.to_owned(),
        grid_pos: GridPosition { w: 12, h: 8, ..GridPosition::default() },
        datasource: metrics(),
        targets: Vec::new(),
        field_config: FieldConfig {
            defaults: Field {
                unit: unit.to_owned(),
                min: None,
                max: None,
                color: Color { mode: "palette-classic", fixed_color: None },
                thresholds: Thresholds {
                    mode: "absolute",
                    steps: vec![Step { color: "green", value: None }],
                },
                links: Vec::new(),
                custom: None,
            },
            overrides: Vec::new(),
        },
        options,
        transformations: Vec::new(),
    }
}

/// A graph of time series.
pub(super) fn time_series(title: &str, description: &str, unit: &str) -> Panel {
    let legend = Legend {
        display_mode: "table",
        placement: "bottom",
        show_legend: true,
        calcs: vec!["lastNotNull", "max"],
    };
    let tooltip = Tooltip { mode: "multi", sort: "desc" };
    let mut panel =
        panel("timeseries", title, description, unit, Options::TimeSeries { legend, tooltip });
    panel.field_config.defaults.min = Some(0.0);
    panel.field_config.defaults.custom = Some(Custom {
        draw_style: "line",
        line_width: 1,
        fill_opacity: 10,
        show_points: "never",
        span_nulls: false,
        thresholds_style: Mode { mode: "off" },
    });
    panel
}

/// The last value, in large type.
pub(super) fn stat(title: &str, description: &str, unit: &str) -> Panel {
    let options = Options::Stat {
        color_mode: "value",
        graph_mode: "area",
        justify_mode: "auto",
        orientation: "auto",
        text_mode: "auto",
        wide_layout: true,
        show_percent_change: false,
        percent_change_color_mode: "standard",
        reduce_options: Reduce { calcs: vec!["lastNotNull"], fields: "", values: false },
    };
    let mut panel = panel("stat", title, description, unit, options);
    panel.field_config.defaults.color.mode = "thresholds";
    panel.sized(6, 4)
}

/// How many observations fell into each bucket, over time.
pub(super) fn heatmap(title: &str, description: &str, unit: &str) -> Panel {
    let options = Options::Heatmap {
        calculate: false,
        y_axis: Axis { unit: unit.to_owned() },
        color: HeatmapColor {
            mode: "scheme",
            scheme: "Oranges",
            steps: 64,
            exponent: 0.5,
            fill: "dark-orange",
            reverse: false,
        },
        cell_gap: 1,
        show_value: "never",
        legend: HeatmapLegend { show: true },
        exemplars: ExemplarColor { color: "rgba(255,0,255,0.7)" },
        tooltip: HeatmapTooltip { mode: "single", y_histogram: false, show_color_scale: true },
    };
    panel("heatmap", title, description, unit, options)
}

/// A table of the current value for each combination of labels.
pub(super) fn table(title: &str, description: &str, unit: &str) -> Panel {
    let options = Options::Table { show_header: true, cell_height: "sm", frame_index: 0 };
    let mut panel = panel("table", title, description, unit, options);
    panel.transformations = vec![
        Transformation { id: "merge", options: Organize::default() },
        Transformation {
            id: "organize",
            options: Organize { exclude_by_name: [("Time", true)].into() },
        },
    ];
    panel
}

/// A list of log lines.
pub(super) fn logs(title: &str, description: &str, query: &LogQuery, facts: &Facts) -> Panel {
    let options = Options::Logs {
        show_labels: false,
        show_common_labels: false,
        show_time: true,
        show_log_context_toggle: true,
        wrap_log_message: true,
        prettify_log_message: false,
        enable_log_details: true,
        sort_order: "Descending",
        dedup_strategy: "none",
    };
    let mut panel = panel("logs", title, description, "short", options);
    panel.datasource = Source { kind: "loki", uid: facts.grafana.loki_uid.clone() };
    panel.targets = vec![Target::Logs {
        datasource: panel.datasource.clone(),
        ref_id: "A".to_owned(),
        expr: query.to_string(),
        query_type: "range",
        max_lines: 200,
    }];
    panel.sized(WIDTH, 8)
}

/// Numbers the panels and places them from left to right. A panel that does not fit starts a new
/// row.
pub(super) fn arranged(mut panels: Vec<Panel>) -> Vec<Panel> {
    let (mut x, mut y, mut height) = (0, 0, 0);
    for (panel, id) in panels.iter_mut().zip(1..) {
        let position = &mut panel.grid_pos;
        if x + position.w > WIDTH {
            (x, y, height) = (0, y + height, 0);
        }
        (position.x, position.y) = (x, y);
        (x, height) = (x + position.w, height.max(position.h));
        panel.id = id;
    }
    panels
}
