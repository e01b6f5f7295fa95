//! Panels: what every one has, whatever it shows.

use super::model::{
    Axis, Color, Custom, DataLink, ExemplarColor, Field, FieldConfig, HeatmapColor, HeatmapTooltip,
    Legend, LineStyle, Matcher, Mode, Options, Organize, Override, Panel, Place, Property, Reduce,
    Setting, Shown, Source, Step, Target, Thresholds, Tooltip, Transformation,
};
use crate::operate::LogQuery;
use crate::operate::facts::Facts;
use crate::operate::promql::Expr;

/// How wide a dashboard is, in Grafana's units.
const WIDTH: u32 = 24;

/// The data source that the user chose.
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
        grid_pos: Place { w: 12, h: 8, ..Place::default() },
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

/// Lines over time.
pub(super) fn time_series(title: &str, description: &str, unit: &str) -> Panel {
    let legend = Legend {
        display_mode: "table",
        placement: "bottom",
        shown: true,
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

/// The last value, large.
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
        legend: Shown { show: true },
        exemplars: ExemplarColor { color: "rgba(255,0,255,0.7)" },
        tooltip: HeatmapTooltip { mode: "single", y_histogram: false, show_color_scale: true },
    };
    panel("heatmap", title, description, unit, options)
}

/// Rows of labels and a value, now.
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

/// Lines of the log.
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

impl Panel {
    pub(super) const fn sized(mut self, w: u32, h: u32) -> Self {
        (self.grid_pos.w, self.grid_pos.h) = (w, h);
        self
    }

    /// With a query; `legend` names its series.
    pub(super) fn query(mut self, expr: &Expr, legend: &str) -> Self {
        let ref_id = ref_id(self.targets.len());
        let (instant, format) = match self.kind {
            "table" => (true, "table"),
            "heatmap" => (false, "heatmap"),
            _ => (false, "time_series"),
        };
        if instant {
            self.field_config.overrides.push(named(&ref_id, self.targets.len(), legend));
        }
        self.targets.push(Target::Metrics {
            datasource: metrics(),
            ref_id,
            expr: expr.lines(),
            legend_format: legend.to_owned(),
            range: !instant,
            instant,
            exemplar: matches!(self.kind, "timeseries" | "heatmap"),
            format,
        });
        self
    }

    /// Between 0 and 1.
    pub(super) const fn share(mut self) -> Self {
        self.field_config.defaults.min = Some(0.0);
        self.field_config.defaults.max = Some(1.0);
        self
    }

    /// Red from `limit` on, and a line there.
    pub(super) fn red_above(mut self, limit: Option<f64>) -> Self {
        if let Some(limit) = limit {
            self = self.steps(red_from(limit));
        }
        self
    }

    /// With a dashed red line where `expr` says; `legend` names it.
    pub(super) fn limit(mut self, expr: &Expr, legend: &str) -> Self {
        self = self.query(expr, legend);
        if let Some(Target::Metrics { exemplar, .. }) = self.targets.last_mut() {
            *exemplar = false;
        }
        let red = Color { mode: "fixed", fixed_color: Some("red") };
        let dashes = LineStyle { fill: "dash", dash: [8, 8] };
        self.of_query(
            legend,
            vec![
                Property { id: "color", value: Setting::Color(red) },
                Property { id: "custom.lineStyle", value: Setting::LineStyle(dashes) },
                Property { id: "custom.fillOpacity", value: Setting::Number(0) },
            ],
        )
    }

    /// With the query that `legend` names red from `limit` on.
    pub(super) fn red_of(self, legend: &str, limit: f64) -> Self {
        let steps = red_from(limit).map(|(color, value)| Step { color, value }).into();
        let thresholds = Setting::Thresholds(Thresholds { mode: "absolute", steps });
        self.of_query(legend, vec![Property { id: "thresholds", value: thresholds }])
    }

    fn of_query(mut self, legend: &str, properties: Vec<Property>) -> Self {
        let matcher = Matcher { id: "byName", of: legend.to_owned() };
        self.field_config.overrides.push(Override { matcher, properties });
        self
    }

    /// With colours from the lowest value up.
    pub(super) fn steps<const N: usize>(mut self, steps: [(&'static str, Option<f64>); N]) -> Self {
        let defaults = &mut self.field_config.defaults;
        defaults.thresholds.steps = steps.map(|(color, value)| Step { color, value }).into();
        if let Some(custom) = &mut defaults.custom {
            custom.thresholds_style.mode = "dashed";
        }
        self
    }

    /// With values below zero, too.
    pub(super) const fn unbounded(mut self) -> Self {
        self.field_config.defaults.min = None;
        self
    }

    /// Each series leads to `url`.
    pub(super) fn linked(mut self, title: &'static str, url: String) -> Self {
        self.field_config.defaults.links.push(DataLink { title, url, target_blank: false });
        self
    }
}

const fn red_from(limit: f64) -> [(&'static str, Option<f64>); 2] {
    [("green", None), ("red", Some(limit))]
}

/// Names the column of a query in a table; Grafana calls a single one just `Value`.
fn named(ref_id: &str, number: usize, name: &str) -> Override {
    let pattern =
        if number == 0 { "/^Value( #A)?$/".to_owned() } else { format!("/^Value #{ref_id}$/") };
    Override {
        matcher: Matcher { id: "byRegexp", of: pattern },
        properties: vec![Property { id: "displayName", value: Setting::Text(name.to_owned()) }],
    }
}

/// `A`, `B`, … `Z`, `AA`, …
fn ref_id(number: usize) -> String {
    let letter = char::from(b'A' + u8::try_from(number % 26).unwrap_or_default());
    let before = if number >= 26 { ref_id(number / 26 - 1) } else { String::new() };
    before + &letter.to_string()
}

/// Numbers panels and sets them side by side, a new line where one does not fit.
pub(super) fn arranged(mut panels: Vec<Panel>) -> Vec<Panel> {
    let (mut x, mut y, mut height) = (0, 0, 0);
    for (panel, id) in panels.iter_mut().zip(1..) {
        let place = &mut panel.grid_pos;
        if x + place.w > WIDTH {
            (x, y, height) = (0, y + height, 0);
        }
        (place.x, place.y) = (x, y);
        (x, height) = (x + place.w, height.max(place.h));
        panel.id = id;
    }
    panels
}
