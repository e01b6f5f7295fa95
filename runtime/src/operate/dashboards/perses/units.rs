//! Grafana's units and colours in Perses' words.

use super::model::Format;

/// How values of Grafana's `unit` are written.
pub(super) fn format(unit: &str) -> Format {
    let (unit, short) = match unit {
        "s" => ("seconds", None),
        "percentunit" => ("percent-decimal", None),
        "bytes" => ("bytes", Some(true)),
        "reqps" => ("requests/sec", Some(true)),
        "ops" => ("ops/sec", Some(true)),
        _ => ("decimal", Some(true)),
    };
    Format { unit, short_values: short }
}

/// The name of a unit that Perses does not have, for the axis.
pub(super) fn label(unit: &str) -> Option<&'static str> {
    Some(match unit {
        "celsius" => "°C",
        "lengthm" => "m",
        "volt" => "V",
        "amp" => "A",
        "joule" => "J",
        "massg" => "g",
        _ => return None,
    })
}

/// Grafana's colours for light and dark backgrounds.
pub(super) fn color(name: &str) -> &'static str {
    match name {
        "red" => "#F2495C",
        "orange" => "#FF9830",
        "yellow" => "#FADE2A",
        _ => "#73BF69",
    }
}
