//! How a panel displays values: unit, colours, thresholds and links.

use serde::Serialize;

use crate::operate::links::Page;

#[derive(Debug, Serialize)]
pub(in crate::operate::dashboards) struct FieldConfig {
    pub(in crate::operate::dashboards) defaults: Field,
    pub(in crate::operate::dashboards) overrides: Vec<Override>,
}

/// Display settings for the results of one query.
#[derive(Debug, Serialize)]
pub(in crate::operate::dashboards) struct Override {
    pub(in crate::operate::dashboards) matcher: Matcher,
    pub(in crate::operate::dashboards) properties: Vec<Property>,
}

/// Selects the results that an override applies to.
#[derive(Debug, Serialize)]
pub(in crate::operate::dashboards) struct Matcher {
    pub(in crate::operate::dashboards) id: &'static str,
    #[serde(rename = "options")]
    pub(in crate::operate::dashboards) of: String,
}

#[derive(Debug, Serialize)]
pub(in crate::operate::dashboards) struct Property {
    pub(in crate::operate::dashboards) id: &'static str,
    pub(in crate::operate::dashboards) value: Setting,
}

/// The value of a property; its type depends on the property.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(in crate::operate::dashboards) enum Setting {
    Text(String),
    Number(u8),
    Color(Color),
    LineStyle(LineStyle),
    Thresholds(Thresholds),
}

#[derive(Debug, Serialize)]
pub(in crate::operate::dashboards) struct LineStyle {
    pub(in crate::operate::dashboards) fill: &'static str,
    /// The lengths of dash and gap, in pixels.
    pub(in crate::operate::dashboards) dash: [u8; 2],
}

/// How values are displayed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::operate::dashboards) struct Field {
    pub(in crate::operate::dashboards) unit: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::operate::dashboards) min: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::operate::dashboards) max: Option<f64>,
    pub(in crate::operate::dashboards) color: Color,
    pub(in crate::operate::dashboards) thresholds: Thresholds,
    pub(in crate::operate::dashboards) links: Vec<DataLink>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::operate::dashboards) custom: Option<Custom>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::operate::dashboards) struct Color {
    pub(in crate::operate::dashboards) mode: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::operate::dashboards) fixed_color: Option<&'static str>,
}

#[derive(Debug, Serialize)]
pub(in crate::operate::dashboards) struct Thresholds {
    pub(in crate::operate::dashboards) mode: &'static str,
    pub(in crate::operate::dashboards) steps: Vec<Step>,
}

/// The colour for values from `value` on; the first step has no `value`.
#[derive(Clone, Debug, Serialize)]
pub(in crate::operate::dashboards) struct Step {
    pub(in crate::operate::dashboards) color: &'static str,
    pub(in crate::operate::dashboards) value: Option<f64>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::operate::dashboards) struct DataLink {
    pub(in crate::operate::dashboards) title: &'static str,
    pub(in crate::operate::dashboards) url: String,
    pub(in crate::operate::dashboards) target_blank: bool,
    /// The dashboard to which it leads, if it does to one.
    #[serde(skip)]
    pub(in crate::operate::dashboards) to: Option<Page>,
}

/// How a time series is drawn.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::operate::dashboards) struct Custom {
    pub(in crate::operate::dashboards) draw_style: &'static str,
    pub(in crate::operate::dashboards) line_width: u8,
    pub(in crate::operate::dashboards) fill_opacity: u8,
    pub(in crate::operate::dashboards) show_points: &'static str,
    pub(in crate::operate::dashboards) span_nulls: bool,
    pub(in crate::operate::dashboards) thresholds_style: Mode,
}

#[derive(Debug, Serialize)]
pub(in crate::operate::dashboards) struct Mode {
    pub(in crate::operate::dashboards) mode: &'static str,
}
