//! A cursor over the series of a family and their labels.

use super::intern::{InternTable, Interner};
use super::visit::LabelPair;
use crate::declare::label::Dimension;
use crate::declare::{Domain, OTHER};

/// A position among the series of a family: a number in mixed radix with one digit for each label.
///
/// Advancing changes the last label and rarely others. The cursor counts the labels that did not change, so that a scrape
/// need not format them again. It skips all series of a value that a budgeted label does not have yet.
pub(super) struct SeriesCursor<'a> {
    dimensions: &'a [Dimension],
    interner: Interner<'a>,
    digits: Vec<usize>,
    labels: Vec<LabelPair<'a>>,
    /// The first `valid` of `labels` are those of the digits.
    valid: usize,
    /// The first `unchanged` of them are those of the last call of `labels`.
    unchanged: usize,
    index: usize,
    end: usize,
}

impl<'a> SeriesCursor<'a> {
    /// A cursor over the series with indices from `index` to below `end`.
    pub(super) fn new(
        dimensions: &'a [Dimension],
        interner: Interner<'a>,
        index: usize,
        end: usize,
    ) -> Self {
        let mut rest = index;
        let mut digits = vec![0; dimensions.len()];
        for (digit, dimension) in digits.iter_mut().zip(dimensions).rev() {
            *digit = rest % dimension.domain.len();
            rest /= dimension.domain.len();
        }
        let labels = vec![("", ""); dimensions.len()];
        Self { dimensions, interner, digits, labels, valid: 0, unchanged: 0, index, end }
    }

    /// Moves to the next series that exists, if the cursor is not at one, and returns its index; `None` at the end.
    pub(super) fn seek(&mut self) -> Option<usize> {
        while self.index < self.end {
            let Some(dimension) = self.dimensions.get(self.valid) else { return Some(self.index) };
            match value(dimension, self.valid, self.digits[self.valid], self.interner) {
                Some(value) => {
                    self.labels[self.valid] = (dimension.name, value);
                    self.valid += 1;
                }
                None => self.skip(self.valid),
            }
        }
        None
    }

    /// The labels of the series at the cursor, and how many of them, from the first on, are unchanged since the last call.
    pub(super) fn labels(&mut self) -> (&[LabelPair<'a>], usize) {
        let same = std::mem::replace(&mut self.unchanged, self.valid);
        (&self.labels, same)
    }

    /// The number of consecutive series from the cursor on that exist and differ in the last label only.
    pub(super) fn run(&self) -> usize {
        let Some((dimension, digit)) = self.dimensions.last().zip(self.digits.last()) else {
            return 1;
        };
        let values = match (dimension.domain, self.table()) {
            (Domain::Finite(values), _) => values.len(),
            (Domain::Budget(_), Some(table)) => table.len(),
            (Domain::Budget(_), None) => 0,
        };
        // The overflow is a run of its own.
        values.saturating_sub(*digit).clamp(1, self.end - self.index)
    }

    /// The value of the last label of the series that is `ahead` of the cursor, in the same run; empty if there are no
    /// labels.
    pub(super) fn last_value(&self, ahead: usize) -> &'a str {
        match (self.dimensions.last(), self.digits.last()) {
            (Some(dimension), Some(digit)) => {
                value(dimension, self.digits.len() - 1, digit + ahead, self.interner).unwrap_or("")
            }
            _ => "",
        }
    }

    fn table(&self) -> Option<&'a InternTable> {
        self.interner.0.get(self.dimensions.len() - 1)?.as_ref()
    }

    /// Advances by `count` series, at most to the end of the run.
    pub(super) fn advance(&mut self, count: usize) {
        match self.dimensions.len().checked_sub(1) {
            None => self.index = self.end,
            Some(last) => {
                self.digits[last] += count - 1;
                self.index += count - 1;
                self.step(last);
            }
        }
    }

    /// Skips all series of a value that does not exist. The existing values have the lowest digits, so the next one can
    /// only be the overflow: the unused part of a budget costs nothing.
    fn skip(&mut self, dimension: usize) {
        if let Domain::Budget(budget) = self.dimensions[dimension].domain {
            let digit = &mut self.digits[dimension];
            *digit = budget.saturating_sub(1).max(*digit);
        }
        self.step(dimension);
        if self.index < self.end {
            self.index = self.series_index();
        }
    }

    /// Increments the digit of `dimension`.
    fn step(&mut self, mut dimension: usize) {
        let skips = dimension + 1 < self.digits.len();
        self.digits[dimension + 1..].fill(0);
        self.digits[dimension] += 1;
        while self.digits[dimension] == self.dimensions[dimension].domain.len() {
            if dimension == 0 {
                self.index = self.end;
                return;
            }
            self.digits[dimension] = 0;
            dimension -= 1;
            self.digits[dimension] += 1;
        }
        self.valid = self.valid.min(dimension);
        self.unchanged = self.unchanged.min(dimension);
        self.index = if skips { self.series_index() } else { self.index + 1 };
    }

    fn series_index(&self) -> usize {
        let digits = self.dimensions.iter().zip(&self.digits);
        digits.fold(0, |number, (dimension, digit)| number * dimension.domain.len() + digit)
    }
}

fn value<'a>(
    dimension: &Dimension,
    number: usize,
    digit: usize,
    interner: Interner<'a>,
) -> Option<&'a str> {
    match dimension.domain {
        Domain::Finite(values) => Some(values[digit]),
        Domain::Budget(budget) => {
            let table = interner.0.get(number)?.as_ref()?;
            if digit < budget {
                table.value(digit)
            } else {
                (table.overflowed() > 0).then_some(OTHER)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::intern::InternTable;

    const DIMENSIONS: [Dimension; 3] = [
        Dimension { name: "site", domain: Domain::Budget(3) },
        Dimension { name: "flag", domain: Domain::Finite(&["no", "yes"]) },
        Dimension { name: "thing", domain: Domain::Budget(4) },
    ];

    fn tables() -> [Option<InternTable>; 3] {
        let tables = [Some(InternTable::new(3)), None, Some(InternTable::new(4))];
        for site in ["here", "there"] {
            tables[0].as_ref().unwrap().intern(site);
        }
        for thing in ["a", "b", "c", "d", "too many"] {
            tables[2].as_ref().unwrap().intern(thing);
        }
        tables
    }

    type Found = (usize, Vec<String>, usize);

    fn visited(tables: &[Option<InternTable>], index: usize, end: usize) -> Vec<Found> {
        let mut cursor = SeriesCursor::new(&DIMENSIONS, Interner(tables), index, end);
        let mut found = Vec::new();
        while let Some(index) = cursor.seek() {
            let run = cursor.run();
            assert!(run >= 1 && index + run <= end);
            let last = cursor.last_value(run - 1);
            assert!(!last.is_empty() && (run == 1 || last != cursor.last_value(0)));
            let (labels, same) = cursor.labels();
            let labels = labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
            found.push((index, labels, same));
            cursor.advance(1);
        }
        found
    }

    #[test]
    fn visits_what_exists() {
        let tables = tables();
        let found = visited(&tables, 0, 40);
        // Two sites of at most three, whose overflow is empty; two flags; four things and their overflow.
        assert_eq!(found.len(), 2 * 2 * 5);
        let (index, labels, same) = &found[13];
        assert_eq!((*index, *same), (13, 2));
        assert_eq!(labels, &["site=there", "flag=no", "thing=d"]);
        assert_eq!(found[9].1, ["site=here", "flag=yes", "thing=_OTHER"]);
        let same: Vec<_> = found.iter().map(|(_, _, same)| *same).collect();
        assert_eq!(same[..11], [0, 2, 2, 2, 2, 1, 2, 2, 2, 2, 0]);
    }

    /// Visiting a range in two parts, or series by series, gives the same as visiting it at once.
    #[test]
    fn begins_anywhere() {
        let tables = tables();
        let all = visited(&tables, 0, 40);
        let texts = |found: Vec<Found>| -> Vec<_> {
            found.into_iter().map(|(index, labels, _)| (index, labels)).collect()
        };
        for cut in 0..=40 {
            let mut parts = visited(&tables, 0, cut);
            parts.extend(visited(&tables, cut, 40));
            assert_eq!(texts(parts), texts(all.clone()), "{cut}");
            assert!(visited(&tables, cut, cut + 1).len() <= 1);
        }
    }

    #[test]
    fn a_family_without_labels_is_one_series() {
        let mut cursor = SeriesCursor::new(&[], Interner(&[]), 0, 1);
        assert_eq!((cursor.seek(), cursor.labels().1), (Some(0), 0));
        cursor.advance(1);
        assert_eq!(cursor.seek(), None);
    }
}
