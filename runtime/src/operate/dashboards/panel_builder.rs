//! Builder methods of a panel: queries, limits, colours and links.

use super::model::{
    Color, DataLink, LineStyle, Matcher, Override, Panel, Property, Setting, Step, Target,
    Thresholds,
};
use super::panel::metrics;
use crate::operate::links::Dashboard;
use crate::operate::promql::Expr;

impl Panel {
    pub(super) const fn sized(mut self, w: u32, h: u32) -> Self {
        (self.grid_pos.w, self.grid_pos.h) = (w, h);
        self
    }

    /// Adds a query; `legend` names its series.
    pub(super) fn query(mut self, expr: &Expr, legend: &str) -> Self {
        let ref_id = ref_id(self.targets.len());
        let (instant, format) = match self.kind {
            "table" => (true, "table"),
            "heatmap" => (false, "heatmap"),
            _ => (false, "time_series"),
        };
        if instant {
            self.field_config.overrides.push(column_name(&ref_id, self.targets.len(), legend));
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

    /// Sets the axis to 0 to 1.
    pub(super) const fn unit_interval(mut self) -> Self {
        self.field_config.defaults.min = Some(0.0);
        self.field_config.defaults.max = Some(1.0);
        self
    }

    /// Colours values from `limit` on red, and draws a line there.
    pub(super) fn red_above(mut self, limit: Option<f64>) -> Self {
        if let Some(limit) = limit {
            self = self.steps(red_from(limit));
        }
        self
    }

    /// Adds `expr` as a dashed red line; `legend` names it.
    pub(super) fn limit(mut self, expr: &Expr, legend: &str) -> Self {
        self = self.query(expr, legend);
        if let Some(Target::Metrics { exemplar, .. }) = self.targets.last_mut() {
            *exemplar = false;
        }
        let red = Color { mode: "fixed", fixed_color: Some("red") };
        let dashes = LineStyle { fill: "dash", dash: [8, 8] };
        self.override_series(
            legend,
            vec![
                Property { id: "color", value: Setting::Color(red) },
                Property { id: "custom.lineStyle", value: Setting::LineStyle(dashes) },
                Property { id: "custom.fillOpacity", value: Setting::Number(0) },
            ],
        )
    }

    /// Colours the series with this `legend` red from `limit` on.
    pub(super) fn series_red_above(self, legend: &str, limit: f64) -> Self {
        let steps = red_from(limit).map(|(color, value)| Step { color, value }).into();
        let thresholds = Setting::Thresholds(Thresholds { mode: "absolute", steps });
        self.override_series(legend, vec![Property { id: "thresholds", value: thresholds }])
    }

    fn override_series(mut self, legend: &str, properties: Vec<Property>) -> Self {
        let matcher = Matcher { id: "byName", of: legend.to_owned() };
        self.field_config.overrides.push(Override { matcher, properties });
        self
    }

    /// Sets the colours, from the lowest value up.
    pub(super) fn steps<const N: usize>(mut self, steps: [(&'static str, Option<f64>); N]) -> Self {
        let defaults = &mut self.field_config.defaults;
        defaults.thresholds.steps = steps.map(|(color, value)| Step { color, value }).into();
        if let Some(custom) = &mut defaults.custom {
            custom.thresholds_style.mode = "dashed";
        }
        self
    }

    /// Lets the axis go below zero.
    pub(super) const fn unbounded(mut self) -> Self {
        self.field_config.defaults.min = None;
        self
    }

    /// Links each series to `url`, which is on the dashboard `to`.
    pub(super) fn linked(mut self, title: &'static str, to: Dashboard, url: String) -> Self {
        let link = DataLink { title, url, target_blank: false, to: Some(to.page(1)) };
        self.field_config.defaults.links.push(link);
        self
    }
}

const fn red_from(limit: f64) -> [(&'static str, Option<f64>); 2] {
    [("green", None), ("red", Some(limit))]
}

/// Names a query's column in a table. Grafana calls the column `Value` if there is a single query,
/// else `Value #A`.
fn column_name(ref_id: &str, number: usize, name: &str) -> Override {
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
