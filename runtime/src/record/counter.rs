//! Counters: values that only grow.

use std::marker::PhantomData;

use super::ambient;
use super::family::Family;
use super::metric::DimensionsOf;
use crate::declare::{Described, Descriptor, Kind, LabelSet, Labels};

/// A count that only grows, with one series for each combination of its labels.
///
/// Declare it as a field of a struct with [`#[derive(Metrics)]`](derive@crate::Metrics). Incrementing cannot fail, takes
/// no lock, and allocates nothing once the series was used. At 2⁶⁴ the count wraps to zero.
///
/// ```
/// use goldsignal::{Counter, Labels, Metrics};
///
/// /// Metrics of the mailer.
/// #[derive(Metrics)]
/// struct Mailer {
///     /// Connections opened.
///     mail_connections_total: Counter,
///     /// Mails sent.
///     mail_sent_total: Counter<Sent>,
/// }
///
/// #[derive(Labels)]
/// struct Sent {
///     retried: bool,
/// }
///
/// let metrics = Mailer::get();
/// metrics.mail_connections_total.inc();
/// metrics.mail_sent_total.inc_by(Sent { retried: false }, 3);
/// assert_eq!(metrics.mail_sent_total.get(Sent { retried: false }), 3);
/// ```
pub struct Counter<L = ()> {
    family: Family,
    labels: PhantomData<fn(L)>,
}

impl<L> Counter<L> {
    pub(super) fn bind_to(descriptor: &'static Descriptor, labels: DimensionsOf<L>) -> Self {
        let family = Family::bind(descriptor, Kind::Counter, labels.get());
        Self { family, labels: PhantomData }
    }
}

impl<L: LabelSet> Counter<L> {
    /// The kind of metric that a field of this type declares.
    pub const KIND: Kind = Kind::Counter;

    #[doc(hidden)]
    pub fn bind(descriptor: &'static Descriptor) -> Self {
        Self::bind_to(descriptor, DimensionsOf::NEW)
    }

    /// The series with `labels`, for an increment that is decided later.
    #[doc(hidden)]
    #[inline]
    pub fn series(&self, labels: &L::At<'_>) -> Series {
        Series(self.family.cell::<L>(labels, 1).unwrap_or(0))
    }
}

impl Counter {
    /// Adds one.
    #[doc(alias("increment", "increase"))]
    #[inline]
    pub fn inc(&self) {
        self.inc_by(1);
    }

    /// Adds `amount`.
    #[doc(alias("add", "increment_by"))]
    #[inline]
    pub fn inc_by(&self, amount: u64) {
        self.family.add::<()>(&(), amount);
    }

    /// The count in the registry that this thread records to.
    pub fn get(&self) -> u64 {
        self.series(&()).get()
    }
}

impl<L: Labels> Counter<L> {
    /// Adds one to the series with `labels`.
    #[doc(alias("increment", "increase", "with_label_values"))]
    #[inline]
    pub fn inc(&self, labels: L::At<'_>) {
        self.inc_by(labels, 1);
    }

    /// Adds `amount` to the series with `labels`.
    #[doc(alias("add", "increment_by"))]
    #[inline]
    #[expect(clippy::needless_pass_by_value, reason = "a literal at the call reads better")]
    pub fn inc_by(&self, labels: L::At<'_>, amount: u64) {
        self.family.add::<L>(&labels, amount);
    }

    /// The count of the series with `labels` in the registry that this thread records to.
    #[expect(clippy::needless_pass_by_value, reason = "a literal at the call reads better")]
    pub fn get(&self, labels: L::At<'_>) -> u64 {
        self.series(&labels).get()
    }
}

impl<L: LabelSet> Described for Counter<L> {
    fn descriptor(&self) -> Option<&'static Descriptor> {
        self.family.descriptor()
    }
}

impl<L: LabelSet> std::fmt::Debug for Counter<L> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = self.family.descriptor().map(|descriptor| descriptor.name);
        f.debug_struct("Counter").field("name", &name).finish()
    }
}

/// A series of a counter, looked up before it is known whether the counter will be incremented: the id of its cell, or 0
/// if the counter counts nothing.
#[derive(Clone, Copy, Debug)]
pub struct Series(usize);

impl Series {
    /// Adds to the series in the registry that this thread records to.
    #[inline]
    pub fn add(self, amount: u64) {
        if self.0 > 0 {
            ambient::add(|| None, self.0, amount);
        }
    }

    fn get(self) -> u64 {
        if self.0 > 0 { ambient::with(|store| store.sum(self.0)) } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declare::SourceLocation;

    const fn descriptor(name: &'static str) -> Descriptor {
        let location = SourceLocation::new(file!(), line!(), module_path!());
        let (kind, dimensions, bounds): (_, _, &[f64]) = (Kind::Counter, &[], &[]);
        Descriptor { name, help: "", kind, unit: "", dimensions, bounds, location }
    }

    #[test]
    fn counts_by_one_and_by_an_amount() {
        static DESCRIPTOR: Descriptor = descriptor("counter_test_total");
        let counter = Counter::<()>::bind(&DESCRIPTOR);
        counter.inc();
        assert_eq!(counter.get(), 1);
        counter.inc_by(5);
        counter.series(&()).add(10);
        assert_eq!(counter.get(), 16);
    }
}
