//! Labels: types with a finite or budgeted set of values, and the sets of labels that metrics have.

use std::marker::PhantomData;

/// A label with a finite set of values that is known when compiling.
///
/// Derive it on an enum whose variants have no fields: each variant becomes a value in `snake_case`.
///
/// ```
/// use goldsignal::Label;
///
/// #[derive(Label)]
/// enum Plan {
///     Free,
///     Pro,
/// }
/// assert_eq!(Plan::VALUES, ["free", "pro"]);
/// ```
///
/// An implementation by hand gives its values, all of them different, and the index of each. An index that is out of
/// range counts as the last value:
///
/// ```
/// use goldsignal::Label;
///
/// struct Shard(u8);
///
/// impl Label for Shard {
///     const VALUES: &'static [&'static str] = &["a", "b", "others"];
///
///     fn index(&self) -> usize {
///         self.0.into()
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a label: its values are not a finite, known set",
    label = "not a label",
    note = "use an enum with `#[derive(Label)]`; for text whose values are not known when compiling, \
            state how many may appear: `#[label(budget = 100)]` on the field",
    note = "who did something (user ids, e-mail addresses) belongs into logs: `fields(user_id = hash(..))`"
)]
pub trait Label: 'static {
    /// Every value, in the order of [`index`](Label::index).
    const VALUES: &'static [&'static str];

    /// The index of this value in [`VALUES`](Label::VALUES).
    fn index(&self) -> usize;
}

#[diagnostic::do_not_recommend]
impl Label for bool {
    const VALUES: &'static [&'static str] = &["false", "true"];

    fn index(&self) -> usize {
        usize::from(*self)
    }
}

/// The values that a label can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Domain {
    /// These and no others.
    Finite(&'static [&'static str]),
    /// Any text, but at most this many different values; every further one becomes `_OTHER`.
    Budget(usize),
}

impl Domain {
    /// The number of indices; a budgeted label has one more than its budget, for `_OTHER`.
    pub const fn len(&self) -> usize {
        match self {
            Self::Finite(values) => values.len(),
            Self::Budget(budget) => budget.saturating_add(1),
        }
    }

    /// Whether there is no value, so that no series can exist.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The name of a label and its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dimension {
    /// The label's name.
    pub name: &'static str,
    /// Its values.
    pub domain: Domain,
}

/// Finds the index of a text among the values of a budgeted label.
pub trait Intern {
    /// The index of `value` in the label number `dimension`: below its budget, or the budget itself if `value` is
    /// not among the values that fitted.
    fn intern(&self, dimension: usize, value: &str) -> usize;
}

/// A set of labels: a struct with `#[derive(Labels)]`.
///
/// ```
/// use goldsignal::{Counter, Labels};
///
/// #[derive(Labels)]
/// struct Search<'a> {
///     cached: bool,
///     #[label(budget = 50)]
///     tenant: &'a str,
/// }
///
/// fn count(searches: &Counter<Search<'static>>, tenant: &str) {
///     searches.inc(Search { cached: false, tenant });
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a set of labels",
    label = "not a label set",
    note = "use a struct with `#[derive(Labels)]` whose fields are labels"
)]
pub trait Labels: Sized + 'static {
    /// This set with borrowed text that lives for `'a`; `Self` if it borrows nothing.
    type At<'a>;

    /// The labels, in the order of the fields.
    const DIMENSIONS: &'static [Dimension];

    /// The series of `labels`. `interner` looks up the texts of budgeted labels.
    #[doc(hidden)]
    fn index(labels: &Self::At<'_>, interner: &dyn Intern) -> SeriesIndex<Self>;
}

/// The index of a series among those of a metric over `L`.
///
/// It is the number in mixed radix whose digits are the indices of the labels, the first label the most
/// significant. It is always in range, whatever the labels' implementations return: so no label can count in the
/// cells of another metric.
#[derive(Debug)]
pub struct SeriesIndex<L> {
    index: usize,
    labels: PhantomData<fn(L)>,
}

impl<L: Labels> SeriesIndex<L> {
    /// The series whose labels have the indices `digits`. An index that is out of range becomes the last one.
    #[inline]
    pub fn new<const N: usize>(digits: [usize; N]) -> Self {
        let index = L::DIMENSIONS.iter().zip(digits).fold(0, |index, (dimension, digit)| {
            let len = dimension.domain.len();
            index * len + digit.min(len.saturating_sub(1))
        });
        Self { index, labels: PhantomData }
    }
}

/// The labels of a metric: a set of labels, or `()` for a metric with a single series.
pub trait LabelSet: sealed::Sealed + 'static {
    /// As [`Labels::At`].
    type At<'a>;

    /// As [`Labels::DIMENSIONS`].
    const DIMENSIONS: &'static [Dimension];

    /// The index of the series of `labels`, always below the number of series that the labels span.
    #[doc(hidden)]
    fn index(labels: &Self::At<'_>, interner: &dyn Intern) -> usize;
}

mod sealed {
    /// Only `()` and sets of labels are label sets: another implementation could return any index.
    pub trait Sealed {}

    impl Sealed for () {}
    impl<L: super::Labels> Sealed for L {}
}

#[diagnostic::do_not_recommend]
impl LabelSet for () {
    type At<'a> = ();
    const DIMENSIONS: &'static [Dimension] = &[];

    #[inline]
    fn index((): &(), _: &dyn Intern) -> usize {
        0
    }
}

impl<L: Labels> LabelSet for L {
    type At<'a> = L::At<'a>;
    const DIMENSIONS: &'static [Dimension] = L::DIMENSIONS;

    #[inline]
    fn index(labels: &Self::At<'_>, interner: &dyn Intern) -> usize {
        L::index(labels, interner).index
    }
}

/// The number of series that `dimensions` span; `usize::MAX` if it does not fit.
pub const fn series(dimensions: &[Dimension]) -> usize {
    let mut product: usize = 1;
    let mut i = 0;
    while i < dimensions.len() {
        product = product.saturating_mul(dimensions[i].domain.len());
        i += 1;
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Its labels have whatever indices the caller gives.
    struct Wrong;

    impl Labels for Wrong {
        type At<'a> = [usize; 2];
        const DIMENSIONS: &'static [Dimension] = &[
            Dimension { name: "x", domain: Domain::Finite(&["a", "b", "c"]) },
            Dimension { name: "y", domain: Domain::Budget(4) },
        ];

        fn index(labels: &[usize; 2], _: &dyn Intern) -> SeriesIndex<Self> {
            SeriesIndex::new(*labels)
        }
    }

    struct NoInterner;

    impl Intern for NoInterner {
        fn intern(&self, _: usize, _: &str) -> usize {
            unreachable!("no text is looked up")
        }
    }

    fn index(labels: [usize; 2]) -> usize {
        <Wrong as LabelSet>::index(&labels, &NoInterner)
    }

    #[test]
    fn a_series_index_is_a_number_in_mixed_radix() {
        assert_eq!(series(<Wrong as Labels>::DIMENSIONS), 15);
        assert_eq!(index([0, 0]), 0);
        assert_eq!(index([1, 0]), 5);
        assert_eq!(index([2, 4]), 14);
        let all: Vec<_> = (0..3).flat_map(|x| (0..5).map(move |y| index([x, y]))).collect();
        assert_eq!(all, (0..15).collect::<Vec<_>>());
    }

    #[test]
    fn no_series_index_is_out_of_range() {
        assert_eq!(index([3, 0]), index([2, 0]));
        assert_eq!(index([0, usize::MAX]), index([0, 4]));
        assert_eq!(index([usize::MAX, usize::MAX]), 14);
        // More or fewer indices than labels.
        let longer: SeriesIndex<Wrong> = SeriesIndex::new([2, 4, 9]);
        let shorter: SeriesIndex<Wrong> = SeriesIndex::new([9]);
        assert_eq!((longer.index, shorter.index), (14, 2));
    }
}
