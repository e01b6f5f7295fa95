//! The labels `le` of a histogram as text. All series of a family have the same, so they are cached.

use crate::declare::text_format;

/// The texts that follow `le="` in the lines of a histogram's buckets.
#[derive(Debug, Default)]
pub(super) struct BucketLabels {
    bounds: Vec<f64>,
    /// All texts one after the other: `0.005"} ` and so on, the last one for `+Inf`.
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl BucketLabels {
    /// Sets the boundaries. Does nothing if they are those of the last call.
    pub(super) fn set_bounds(&mut self, bounds: &[f64]) {
        // Compares bits, because 0 and -0 are equal but have different spellings.
        let same = self.bounds.iter().map(|bound| bound.to_bits());
        if !self.ends.is_empty() && same.eq(bounds.iter().map(|bound| bound.to_bits())) {
            return;
        }
        self.bounds.clear();
        self.bounds.extend_from_slice(bounds);
        self.text.clear();
        self.ends.clear();
        for bound in bounds.iter().chain(&[f64::INFINITY]) {
            text_format::label_float(&mut self.text, *bound);
            self.text.extend_from_slice(b"\"} ");
            self.ends.push(self.text.len());
        }
    }

    /// The text of each boundary.
    pub(super) fn texts(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts.zip(&self.ends).map(|(start, end)| &self.text[*start..*end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn are_those_of_the_last_series() {
        let mut labels = BucketLabels::default();
        for bounds in [&[][..], &[0.5, 1.0], &[0.5, 1.0], &[0.0], &[-0.0], &[0.5]] {
            labels.set_bounds(bounds);
            let mut expected: Vec<_> =
                bounds.iter().map(|bound| format!("{bound:?}\"}} ")).collect();
            expected.push("+Inf\"} ".to_owned());
            let texts: Vec<_> =
                labels.texts().map(|text| String::from_utf8(text.to_vec()).unwrap()).collect();
            assert_eq!(texts, expected);
        }
    }
}
