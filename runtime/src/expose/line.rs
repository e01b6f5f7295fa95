//! The beginning of a line, up to the value. It is most of an exposition, and most of it is what the line before
//! had: it is kept, and only what is another is written again.

use super::escape;
use crate::record::visit::LabelPair;

/// The name of a family's samples, and the labels of the series that is being written.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// `name{first="value",second="value"} `.
    text: Vec<u8>,
    /// How long the name is.
    name: usize,
    /// Where the value of each label begins.
    values: Vec<usize>,
}

impl Line {
    /// Begins the lines of another family.
    pub(super) fn begin(&mut self, name: &str, suffix: &str) {
        self.text.clear();
        self.text.extend_from_slice(name.as_bytes());
        self.text.extend_from_slice(suffix.as_bytes());
        self.name = self.text.len();
        self.values.clear();
    }

    /// Goes on to the series with `labels`. Where `same` is told, they have the names that the ones before had,
    /// and that many of the values.
    pub(super) fn turn(&mut self, labels: &[LabelPair<'_>], same: Option<usize>) {
        let same = same.filter(|_| labels.len() == self.values.len());
        let written = match same {
            Some(same) if same >= labels.len() && !labels.is_empty() => return,
            Some(same) if !labels.is_empty() => {
                self.text.truncate(self.values[same]);
                self.values.truncate(same + 1);
                self.value(labels[same].1);
                same + 1
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
            self.value(value);
        }
        self.text.extend_from_slice(if labels.is_empty() { b" " } else { b"} " });
    }

    /// Gives the last label another value.
    pub(super) fn last(&mut self, value: &str) {
        if let Some(start) = self.values.last() {
            self.text.truncate(*start);
            self.value(value);
            self.text.extend_from_slice(b"} ");
        }
    }

    fn value(&mut self, value: &str) {
        escape::label(&mut self.text, value);
        self.text.push(b'"');
    }

    /// All of it.
    pub(super) fn text(&self) -> &[u8] {
        &self.text
    }

    /// What stands behind the name.
    pub(super) fn labels(&self) -> &[u8] {
        &self.text[self.name..]
    }

    /// Writes into `out` the line of a sample with another name and one more label, up to that label's value.
    pub(super) fn open(&self, out: &mut Vec<u8>, name: [&str; 2], label: &str) {
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

    fn turned(line: &mut Line, labels: &[LabelPair<'_>], same: Option<usize>) -> String {
        line.turn(labels, same);
        String::from_utf8(line.text().to_vec()).unwrap()
    }

    #[test]
    fn writes_what_is_another() {
        let mut line = Line::default();
        line.begin("a", "_total");
        for (labels, same, text) in [
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
            assert_eq!(turned(&mut line, labels, same), text);
        }
        line.last("9");
        assert_eq!(line.text(), br#"a_total{b="9"} "#);
        line.begin("b", "");
        line.last("9");
        assert_eq!(turned(&mut line, &[("b", "8")], Some(1)), r#"b{b="8"} "#);
    }

    #[test]
    fn opens_for_another_label() {
        let mut line = Line::default();
        line.begin("a", "");
        for (labels, text) in
            [(&[][..], r#"a_bucket{le=""#), (&[("x", "1")], r#"a_bucket{x="1",le=""#)]
        {
            line.turn(labels, None);
            let mut out = Vec::new();
            line.open(&mut out, ["a", "_bucket"], "le");
            assert_eq!(String::from_utf8(out).unwrap(), text);
        }
    }
}
