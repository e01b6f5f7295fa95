//! The samples of series, as promtool reads them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Series with their samples, from scrape to scrape.
#[derive(Default)]
pub(crate) struct Samples {
    scrapes: usize,
    /// The scrapes that were not made, because Prometheus did not run.
    omitted: BTreeSet<usize>,
    series: BTreeMap<String, Vec<Option<f64>>>,
}

impl Samples {
    /// The next scrape begins.
    pub(crate) fn next(&mut self) {
        self.scrapes += 1;
    }

    /// Prometheus does not run at the time of the next scrape.
    pub(crate) fn omit(&mut self) {
        self.omitted.insert(self.scrapes);
        self.scrapes += 1;
    }

    /// The value of a series of this job and instance.
    pub(crate) fn push(&mut self, series: &str, job: &str, instance: &str, value: f64) {
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

    /// Each series with its values, from the first scrape on.
    pub(crate) fn values(&self) -> impl Iterator<Item = (&str, &[Option<f64>])> {
        self.series.iter().map(|(series, values)| (&**series, &**values))
    }

    /// Each series with its values in promtool's notation.
    pub(crate) fn written(&self) -> impl Iterator<Item = (String, String)> {
        let written = |(series, values): (&String, &Vec<_>)| {
            (series.clone(), notation(values, self.scrapes, &self.omitted))
        };
        self.series.iter().map(written)
    }
}

/// `1 2 3` as `1+1x2`; what is missing as `_`, where it ends as `stale`, if there was a scrape.
fn notation(values: &[Option<f64>], scrapes: usize, omitted: &BTreeSet<usize>) -> String {
    let mut values = values.to_vec();
    values.resize(scrapes, None);
    let mut text = String::new();
    let mut rest = values.as_slice();
    while let [first, ..] = rest {
        let length = match first {
            Some(value) => climb(&mut text, *value, rest),
            None => gap(&mut text, rest, |ahead| omitted.contains(&(scrapes - rest.len() + ahead))),
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

fn gap(text: &mut String, values: &[Option<f64>], is_omitted: impl Fn(usize) -> bool) -> usize {
    let length = values.iter().take_while(|value| value.is_none()).count();
    let unnoticed = (0..length).take_while(|ahead| text.is_empty() || is_omitted(*ahead)).count();
    if unnoticed > 0 {
        write!(text, "_x{unnoticed} ").unwrap();
    }
    if unnoticed < length {
        // It is missing since this scrape.
        text.push_str("stale ");
        if length > unnoticed + 1 {
            write!(text, "_x{} ", length - unnoticed - 1).unwrap();
        }
    }
    length
}

#[test]
fn samples_are_written_as_promtool_reads_them() {
    let written = |values: &[Option<f64>]| notation(values, 6, &BTreeSet::from([2]));
    assert_eq!(written(&[]), "_x6");
    assert_eq!(written(&[1.0, 1.0, 2.0, 3.0, 4.0, 0.0].map(Some)), "1+0x1 2+1x2 0+0x0");
    assert_eq!(written(&[None, Some(0.5), Some(0.25)]), "_x1 0.5-0.25x1 stale _x2");
    // Without the third scrape.
    assert_eq!(written(&[Some(1.0), Some(1.0)]), "1+0x1 _x1 stale _x2");
    assert_eq!(written(&[Some(1.0), Some(1.0), None, Some(1.0)]), "1+0x1 _x1 1+0x0 stale _x1");
}
