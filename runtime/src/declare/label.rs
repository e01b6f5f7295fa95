//! Labels: typed, finite dimensions, and the sets of them that families carry.

/// One dimension with a finite domain.
///
/// Derive it on an enum without data; each variant becomes a value in `snake_case`.
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

    /// The place of this value in [`VALUES`](Label::VALUES).
    fn index(&self) -> usize;
}

impl Label for bool {
    const VALUES: &'static [&'static str] = &["false", "true"];

    fn index(&self) -> usize {
        usize::from(*self)
    }
}

/// What values a dimension can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    /// These and no others.
    Finite(&'static [&'static str]),
    /// Any text, but only so many different ones; what exceeds them is `_OTHER`.
    Budget(usize),
}

impl Domain {
    /// How many indices the domain has; a budgeted one has one more, for `_OTHER`.
    pub const fn len(&self) -> usize {
        match self {
            Self::Finite(values) => values.len(),
            Self::Budget(budget) => *budget + 1,
        }
    }

    /// Whether the domain has no value, so that no series can exist.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A label's name and domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dimension {
    /// The label's name.
    pub name: &'static str,
    /// Its domain.
    pub domain: Domain,
}

/// Finds the index of text in a budgeted dimension.
pub trait Intern {
    /// The index of `value` in the dimension number `dimension`: below its budget, or the budget itself
    /// when `value` does not fit any more.
    fn intern(&self, dimension: usize, value: &str) -> usize;
}

/// A struct of labels: `#[derive(Labels)]`.
///
/// A set of labels is an index into its family's dense cells: the mixed-radix number whose digits are
/// the labels' indices, the first label the most significant.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a set of labels",
    label = "not a label set",
    note = "use a struct with `#[derive(Labels)]` whose fields are labels"
)]
pub trait Labels: 'static {
    /// The same set with its borrowed text living for `'a`; `Self` where nothing is borrowed.
    type At<'a>;

    /// The labels, in the order of the fields.
    const DIMENSIONS: &'static [Dimension];

    /// The series of `labels`; text of budgeted dimensions is looked up in `interner`.
    fn index(labels: &Self::At<'_>, interner: &dyn Intern) -> usize;
}

/// What a metric is over: a set of labels, or `()` for a metric of one series.
pub trait LabelSet: 'static {
    /// As [`Labels::At`].
    type At<'a>;

    /// As [`Labels::DIMENSIONS`].
    const DIMENSIONS: &'static [Dimension];

    /// As [`Labels::index`].
    fn index(labels: &Self::At<'_>, interner: &dyn Intern) -> usize;
}

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
        L::index(labels, interner)
    }
}

/// The number of series that `dimensions` span, `usize::MAX` where it does not fit.
pub const fn series(dimensions: &[Dimension]) -> usize {
    let mut product: usize = 1;
    let mut i = 0;
    while i < dimensions.len() {
        product = product.saturating_mul(dimensions[i].domain.len());
        i += 1;
    }
    product
}
