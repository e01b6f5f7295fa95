//! Label values, help texts and numbers are read back unchanged from both formats.

use goldsignal::expose::{Encoder, Format};
use goldsignal::record::visit::{Header, SeriesKind, SeriesSink};
use proptest::prelude::*;

use super::text_format::{Line, read};

/// Any text; more often one that has to be escaped.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[\\\\\"\nn\r{},=# a]{0,12}"]
}

fn written(format: Format, help: &str, series: &[(Vec<(&str, &str)>, f64)]) -> String {
    let mut encoder = Encoder::new(format);
    encoder.begin(&Header::new("depth", help, SeriesKind::Gauge));
    for (labels, value) in series {
        encoder.gauge(labels, *value);
    }
    encoder.finish();
    String::from_utf8(encoder.take()).unwrap()
}

proptest! {
    #![proptest_config(super::cases(1024))]

    #[test]
    fn come_back(
        help in text(),
        values in prop::collection::vec((prop::collection::vec(text(), 0..4), any::<f64>()), 1..4),
        open: bool,
    ) {
        let names = ["a", "b_2", "_c", "le"];
        let series: Vec<(Vec<(&str, &str)>, f64)> = values
            .iter()
            .map(|(texts, value)| (names.into_iter().zip(texts.iter().map(String::as_str)).collect(), *value))
            .collect();
        let format = if open { Format::OpenMetrics } else { Format::Text };
        let text = written(format, &help, &series);
        let mut expected = Vec::new();
        if !help.is_empty() {
            expected.push(Line::Help("depth".into(), help));
        }
        expected.push(Line::Type("depth".into(), "gauge".into()));
        expected.extend(series.iter().map(|(labels, value)| Line::Sample {
            name: "depth".into(),
            labels: labels.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
            bits: value.to_bits(),
        }));
        if open {
            expected.push(Line::Eof);
        }
        prop_assert_eq!(read(&text, format), Ok(expected), "{}", text);
    }
}
