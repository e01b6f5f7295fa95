//! The pictures.

use std::path::Path;

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::Chart;

const SIZE: (u32, u32) = (860, 480);

/// Read as well on white as on black.
const GREY: RGBColor = RGBColor(0x76, 0x76, 0x76);

/// Apart for every eye, on both grounds; the first is the floor's, the second ours.
const COLOURS: [RGBColor; 9] = [
    GREY,
    RGBColor(0x1f, 0x8f, 0xe0),
    RGBColor(0xe0, 0x6c, 0x00),
    RGBColor(0x2c, 0xa0, 0x2c),
    RGBColor(0xd6, 0x3a, 0x4a),
    RGBColor(0x94, 0x67, 0xbd),
    RGBColor(0xa0, 0x70, 0x60),
    RGBColor(0xd0, 0x60, 0xb0),
    RGBColor(0x18, 0xa8, 0xa8),
];

/// Draws `chart` on a transparent ground.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn draw(chart: &Chart, file: &Path) -> Result<(), String> {
    let root = SVGBackend::new(file, SIZE).into_drawing_area();
    lines(chart, &root)
        .and_then(|()| root.present())
        .map_err(|error| format!("{}: {error}", file.display()))
}

type Drawn<D> = Result<(), DrawingAreaErrorKind<<D as DrawingBackend>::ErrorType>>;

fn lines<D: DrawingBackend>(chart: &Chart, root: &DrawingArea<D, Shift>) -> Drawn<D> {
    let font = |size: u32| ("sans-serif", size).into_font().color(&GREY);
    let (widths, heights) = ranges(chart);
    let mut plot = ChartBuilder::on(root)
        .caption(chart.title, font(22))
        .margin(12)
        .margin_right(260)
        .x_label_area_size(48)
        .y_label_area_size(68)
        .build_cartesian_2d(
            (widths.0..widths.1).log_scale().base(chart.x_base),
            (heights.0..heights.1).log_scale(),
        )?;
    plot.configure_mesh()
        .axis_style(GREY)
        .bold_line_style(GREY.mix(0.35))
        .light_line_style(TRANSPARENT)
        .label_style(font(16))
        .axis_desc_style(font(17))
        .x_desc(chart.x)
        .y_desc(chart.y)
        .x_label_formatter(&|x| thousands(*x))
        .y_label_formatter(&|y| if is_round(*y) { thousands(*y) } else { String::new() })
        .draw()?;
    let mut ends = Vec::new();
    for (line, colour) in chart.lines.iter().zip(COLOURS.iter().cycle()) {
        let points: Vec<_> =
            line.points.iter().map(|point| (exact(point.at), point.median)).collect();
        ends.extend(points.last().map(|end| (plot.backend_coord(end), line.case, *colour)));
        plot.draw_series(LineSeries::new(points, colour.stroke_width(2)).point_size(3))?;
    }
    for (place, case, colour) in apart(ends) {
        let style = ("sans-serif", 16).into_font().color(&colour);
        root.draw(&Text::new(case, place, style.pos(Pos::new(HPos::Left, VPos::Center))))?;
    }
    Ok(())
}

/// Names beside the ends of their lines, moved as far as needed to be apart.
fn apart(
    mut ends: Vec<((i32, i32), &'static str, RGBColor)>,
) -> Vec<((i32, i32), &'static str, RGBColor)> {
    const LINE: i32 = 18;
    ends.sort_by_key(|((_, y), ..)| *y);
    let mut lowest = i32::MIN;
    for ((x, y), ..) in &mut ends {
        *x += 10;
        *y = (*y).max(lowest);
        lowest = *y + LINE;
    }
    ends
}

/// From the least to the most of both axes; a little more above and below.
fn ranges(chart: &Chart) -> ((f64, f64), (f64, f64)) {
    let points = || chart.lines.iter().flat_map(|line| &line.points);
    let least = |of: fn(&super::Point) -> f64| points().map(of).fold(f64::INFINITY, f64::min);
    let most = |of: fn(&super::Point) -> f64| points().map(of).fold(0.0, f64::max);
    let (at, cost) = (|point: &super::Point| exact(point.at), |point: &super::Point| point.median);
    ((least(at), most(at)), (least(cost) / 1.5, most(cost) * 1.5))
}

/// A number of threads or series.
#[expect(clippy::cast_precision_loss, reason = "no more than a million")]
fn exact(count: u64) -> f64 {
    count as f64
}

/// Whether a tick gets its number: of all on a logarithmic axis they would run into each other.
fn is_round(value: f64) -> bool {
    let digit = (value / 10_f64.powf(value.log10().floor())).round();
    [1.0, 2.0, 5.0, 10.0].contains(&digit)
}

/// `1,000,000`; what is below ten, with its first decimal where it has one.
fn thousands(value: f64) -> String {
    if value < 10.0 {
        return format!("{}", (value * 10.0).round() / 10.0);
    }
    let digits = format!("{value:.0}");
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
