//! The samples of series, as promtool reads them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Series with their samples, from scrape to scrape.
#[derive(Default)]
pub(super) struct Samples {
    scrapes: usize,
    series: BTreeMap<String, Vec<Option<f64>>>,
}

impl Samples {
    /// The next scrape begins.
    pub(super) fn next(&mut self) {
        self.scrapes += 1;
    }

    /// The value of a series of this job and instance.
    pub(super) fn push(&mut self, series: &str, job: &str, instance: &str, value: f64) {
        let namespace = if series.contains("namespace=") { "" } else { "namespace=\"shop\"," };
        let target = format!("{namespace}job=\"{job}\",instance=\"{instance}\"}}");
        let series = match series.strip_suffix('}') {
            Some(labelled) => format!("{labelled},{target}"),
            None => format!("{series}{{{target}"),
        };
        let values = self.series.entry(series).or_default();
        values.resize(self.scrapes - 1, None);
        values.push(Some(value));
    }

    /// Each series with its values in promtool's notation.
    pub(super) fn written(&self) -> impl Iterator<Item = (String, String)> {
        let written =
            |(series, values): (&String, &Vec<_>)| (series.clone(), notation(values, self.scrapes));
        self.series.iter().map(written)
    }
}

/// `1 2 3` as `1+1x2`; what is missing as `_`, where it ends as `stale`.
fn notation(values: &[Option<f64>], scrapes: usize) -> String {
    let mut values = values.to_vec();
    values.resize(scrapes, None);
    let mut text = String::new();
    let mut rest = values.as_slice();
    while let [first, ..] = rest {
        let length = match first {
            Some(value) => climb(&mut text, *value, rest),
            None => gap(&mut text, rest),
        };
        rest = &rest[length..];
    }
    text.truncate(text.trim_end().len());
    text
}

/// Writes the values from `first` on that grow by as much each; how many these are.
fn climb(text: &mut String, first: f64, values: &[Option<f64>]) -> usize {
    let step = match values {
        [_, Some(second), ..] => second - first,
        _ => 0.0,
    };
    let mut next = first;
    let follows = |value: &&Option<f64>| {
        let is_next = **value == Some(next);
        next += step;
        is_next
    };
    let length = values.iter().take_while(follows).count();
    write!(text, "{first}{step:+}x{} ", length - 1).unwrap();
    length
}

fn gap(text: &mut String, values: &[Option<f64>]) -> usize {
    let length = values.iter().take_while(|value| value.is_none()).count();
    if text.is_empty() {
        write!(text, "_x{length} ").unwrap();
    } else {
        // It is missing since this scrape.
        text.push_str("stale ");
        if length > 1 {
            write!(text, "_x{} ", length - 1).unwrap();
        }
    }
    length
}

#[test]
fn samples_are_written_as_promtool_reads_them() {
    let written = |values: &[Option<f64>]| notation(values, 6);
    assert_eq!(written(&[]), "_x6");
    assert_eq!(written(&[1.0, 1.0, 2.0, 3.0, 4.0, 0.0].map(Some)), "1+0x1 2+1x2 0+0x0");
    assert_eq!(written(&[None, Some(0.5), Some(0.25)]), "_x1 0.5-0.25x1 stale _x2");
}
