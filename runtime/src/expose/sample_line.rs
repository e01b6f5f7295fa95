//! The prefix of a sample's line, up to the value. Most of an exposition consists of these prefixes, and most of a prefix
//! is the same as that of the line before. So it is kept, and only the labels that differ are written again.

use super::escape;
use crate::record::visit::LabelPair;

/// The prefix of the lines of the current series: the name and the labels.
#[derive(Debug, Default)]
pub(super) struct SampleLine {
    /// `name{first="value",second="value"} `.
    text: Vec<u8>,
    /// The length of the name.
    name: usize,
    /// The index in `text` at which the value of each label begins.
    values: Vec<usize>,
}

impl SampleLine {
    /// Begins a family.
    pub(super) fn begin_family(&mut self, name: &str, suffix: &str) {
        self.text.clear();
        self.text.extend_from_slice(name.as_bytes());
        self.text.extend_from_slice(suffix.as_bytes());
        self.name = self.text.len();
        self.values.clear();
    }

    /// Sets the labels. If `unchanged` is given, their names are those of the last series, and so are that many of the
    /// values, from the first on.
    pub(super) fn set_labels(&mut self, labels: &[LabelPair<'_>], unchanged: Option<usize>) {
        let unchanged = unchanged.filter(|_| labels.len() == self.values.len());
        let written = match unchanged {
            Some(unchanged) if unchanged >= labels.len() && !labels.is_empty() => return,
            Some(unchanged) if !labels.is_empty() => {
                self.text.truncate(self.values[unchanged]);
                self.values.truncate(unchanged + 1);
                self.push_value(labels[unchanged].1);
                unchanged + 1
            }
            _ => {
                self.text.truncate(self.name);
                self.values.clear();
                0
            }
        };
        for (name, value) in &labels[written..] {
            self.text.push(if self.values.is_empty() { b'{' } else { b',' });
            self.text.extend_from_slice(name.as_bytes());
            self.text.extend_from_slice(b"=\"");
            self.values.push(self.text.len());
            self.push_value(value);
        }
        self.text.extend_from_slice(if labels.is_empty() { b" " } else { b"} " });
    }

    /// Replaces the value of the last label.
    pub(super) fn set_last_value(&mut self, value: &str) {
        if let Some(start) = self.values.last() {
            self.text.truncate(*start);
            self.push_value(value);
            self.text.extend_from_slice(b"} ");
        }
    }

    fn push_value(&mut self, value: &str) {
        escape::label(&mut self.text, value);
        self.text.push(b'"');
    }

    /// The prefix.
    pub(super) fn prefix(&self) -> &[u8] {
        &self.text
    }

    /// The part of the prefix after the name.
    pub(super) fn labels(&self) -> &[u8] {
        &self.text[self.name..]
    }

    /// Writes into `out` the prefix of a sample with another name and an additional label, up to the value of that label.
    pub(super) fn write_with_label(&self, out: &mut Vec<u8>, name: [&str; 2], label: &str) {
        out.extend_from_slice(name[0].as_bytes());
        out.extend_from_slice(name[1].as_bytes());
        match self.labels().strip_suffix(b"} ") {
            Some(labels) => {
                out.extend_from_slice(labels);
                out.push(b',');
            }
            None => out.push(b'{'),
        }
        out.extend_from_slice(label.as_bytes());
        out.extend_from_slice(b"=\"");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefix_with(
        line: &mut SampleLine,
        labels: &[LabelPair<'_>],
        unchanged: Option<usize>,
    ) -> String {
        line.set_labels(labels, unchanged);
        String::from_utf8(line.prefix().to_vec()).unwrap()
    }

    #[test]
    fn writes_the_labels_that_differ() {
        let mut line = SampleLine::default();
        line.begin_family("a", "_total");
        for (labels, unchanged, text) in [
            (&[("x", "1"), ("y", "2"), ("z", "3")][..], None, r#"a_total{x="1",y="2",z="3"} "#),
            (&[("x", "1"), ("y", "2"), ("z", "\"")], Some(2), r#"a_total{x="1",y="2",z="\""} "#),
            (&[("x", "1"), ("y", "33"), ("z", "")], Some(1), r#"a_total{x="1",y="33",z=""} "#),
            (&[("x", "1"), ("y", "33"), ("z", "")], Some(3), r#"a_total{x="1",y="33",z=""} "#),
            (&[("x", "0"), ("y", "5"), ("z", "6")], Some(0), r#"a_total{x="0",y="5",z="6"} "#),
            // Not even the number of labels is the same.
            (&[("x", "0"), ("y", "5")], Some(1), r#"a_total{x="0",y="5"} "#),
            (&[], Some(1), "a_total "),
            (&[], Some(0), "a_total "),
            (&[("b", "8")], None, r#"a_total{b="8"} "#),
        ] {
            assert_eq!(prefix_with(&mut line, labels, unchanged), text);
        }
        line.set_last_value("9");
        assert_eq!(line.prefix(), br#"a_total{b="9"} "#);
        line.begin_family("b", "");
        line.set_last_value("9");
        assert_eq!(prefix_with(&mut line, &[("b", "8")], Some(1)), r#"b{b="8"} "#);
    }

    #[test]
    fn adds_a_label() {
        let mut line = SampleLine::default();
        line.begin_family("a", "");
        for (labels, text) in
            [(&[][..], r#"a_bucket{le=""#), (&[("x", "1")], r#"a_bucket{x="1",le=""#)]
        {
            line.set_labels(labels, None);
            let mut out = Vec::new();
            line.write_with_label(&mut out, ["a", "_bucket"], "le");
            assert_eq!(String::from_utf8(out).unwrap(), text);
        }
    }
}
