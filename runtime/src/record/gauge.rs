//! Gauges: values that go up and down.

use std::marker::PhantomData;
use std::sync::atomic::Ordering;

use super::ambient;
use super::family::Family;
use super::metric::DimensionsOf;
use crate::declare::{Described, Descriptor, Kind, LabelSet, Labels};

/// A value that goes up and down, with one series for each combination of its labels. It starts at zero.
///
/// A gauge can be set, so each series is a single atomic, which all threads share. `add` is a compare-and-swap loop: do
/// not use it where many threads add often.
///
/// `set` accepts any value, as Prometheus does: NaN often means that the value is unknown, and the next `set` overwrites
/// it. An `add` whose result would be infinite or NaN is refused and counted as `goldsignal_not_a_number_total`, because
/// no later `add` could repair the gauge.
///
/// ```
/// use goldsignal::{Gauge, Metrics};
///
/// /// Metrics of the pool.
/// #[derive(Metrics)]
/// struct Pool {
///     /// Connections that are open.
///     pool_connections: Gauge,
/// }
///
/// let connections = &Pool::get().pool_connections;
/// connections.set(3);
/// connections.inc();
/// connections.add(-0.5);
/// assert_eq!(connections.get(), 3.5);
/// ```
pub struct Gauge<L = ()> {
    family: Family,
    labels: PhantomData<fn(L)>,
}

impl<L> Gauge<L> {
    pub(super) fn bind_to(descriptor: &'static Descriptor, labels: DimensionsOf<L>) -> Self {
        let family = Family::bind(descriptor, Kind::Gauge, labels.get());
        Self { family, labels: PhantomData }
    }
}

impl<L: LabelSet> Gauge<L> {
    /// The kind of metric that a field of this type declares.
    pub const KIND: Kind = Kind::Gauge;

    #[doc(hidden)]
    pub fn bind(descriptor: &'static Descriptor) -> Self {
        Self::bind_to(descriptor, DimensionsOf::NEW)
    }

    fn store(&self, labels: &L::At<'_>, value: f64) {
        let Some(cell) = self.family.cell::<L>(labels, 1) else { return };
        ambient::with(|store| store.gauge(cell).store(value.to_bits(), Ordering::Relaxed));
    }

    fn change(&self, labels: &L::At<'_>, amount: f64) {
        let Some(cell) = self.family.cell::<L>(labels, 1) else { return };
        ambient::with(|store| {
            let gauge = store.gauge(cell);
            let mut bits = gauge.load(Ordering::Relaxed);
            loop {
                let next = f64::from_bits(bits) + amount;
                if !next.is_finite() {
                    return store.refuse();
                }
                let next = next.to_bits();
                match gauge.compare_exchange_weak(bits, next, Ordering::Relaxed, Ordering::Relaxed)
                {
                    Ok(_) => return,
                    Err(current) => bits = current,
                }
            }
        });
    }

    fn read(&self, labels: &L::At<'_>) -> f64 {
        let cell = self.family.cell::<L>(labels, 1);
        cell.map_or(0.0, |cell| ambient::with(|store| store.gauge_value(cell)))
    }
}

impl Gauge {
    /// Sets the value.
    #[doc(alias("record", "update"))]
    pub fn set(&self, value: impl Number) {
        self.store(&(), value.as_f64());
    }

    /// Adds `amount`, which may be negative.
    #[doc(alias("inc_by", "increment_by", "sub"))]
    pub fn add(&self, amount: impl Number) {
        self.change(&(), amount.as_f64());
    }

    /// Adds one.
    #[doc(alias("increment"))]
    pub fn inc(&self) {
        self.add(1);
    }

    /// Subtracts one.
    #[doc(alias("decrement"))]
    pub fn dec(&self) {
        self.add(-1);
    }

    /// The value in the registry that this thread records to.
    pub fn get(&self) -> f64 {
        self.read(&())
    }

    /// Sets the value to the current time, in seconds since 1970: for alerts on how long ago something happened.
    pub fn set_to_current_time(&self) {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        self.set(now.map_or(0.0, |now| now.as_secs_f64()));
    }
}

#[expect(clippy::needless_pass_by_value, reason = "a literal at the call reads better")]
impl<L: Labels> Gauge<L> {
    /// Sets the value of the series with `labels`.
    #[doc(alias("record", "update"))]
    pub fn set(&self, labels: L::At<'_>, value: impl Number) {
        self.store(&labels, value.as_f64());
    }

    /// Adds `amount`, which may be negative, to the series with `labels`.
    #[doc(alias("inc", "dec", "sub"))]
    pub fn add(&self, labels: L::At<'_>, amount: impl Number) {
        self.change(&labels, amount.as_f64());
    }

    /// The value of the series with `labels` in the registry that this thread records to.
    pub fn get(&self, labels: L::At<'_>) -> f64 {
        self.read(&labels)
    }
}

impl<L: LabelSet> Described for Gauge<L> {
    fn descriptor(&self) -> Option<&'static Descriptor> {
        self.family.descriptor()
    }
}

impl<L: LabelSet> std::fmt::Debug for Gauge<L> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = self.family.descriptor().map(|descriptor| descriptor.name);
        f.debug_struct("Gauge").field("name", &name).finish()
    }
}

/// A number that gauges and histograms accept. They store it as an `f64`, so integers beyond 2⁵³ are rounded.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number",
    label = "not a number",
    note = "a gauge is set to a number or a `Duration`, and so is what a histogram observes; text is parsed before: `text.parse::<f64>()`"
)]
pub trait Number: Copy {
    /// The nearest `f64`.
    fn as_f64(self) -> f64;
}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Number for $number {
            #[allow(clippy::cast_precision_loss, clippy::cast_lossless)]
            fn as_f64(self) -> f64 {
                self as f64
            }
        }
    )*};
}

numbers!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize f32 f64);

/// A duration in seconds.
#[diagnostic::do_not_recommend]
impl Number for std::time::Duration {
    fn as_f64(self) -> f64 {
        self.as_secs_f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declare::SourceLocation;

    const fn descriptor(name: &'static str) -> Descriptor {
        let location = SourceLocation::new(file!(), line!(), module_path!());
        let (kind, dimensions, bounds): (_, _, &[f64]) = (Kind::Gauge, &[], &[]);
        Descriptor { name, help: "", kind, unit: "", dimensions, bounds, location }
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "these sums are exact")]
    fn goes_up_and_down_and_refuses_what_cannot_be_repaired() {
        static DESCRIPTOR: Descriptor = descriptor("gauge_test");
        let gauge = Gauge::<()>::bind(&DESCRIPTOR);
        gauge.inc();
        gauge.inc();
        gauge.dec();
        assert_eq!(gauge.get(), 1.0);
        gauge.add(-2.5);
        assert_eq!(gauge.get(), -1.5);
        gauge.add(f64::INFINITY);
        gauge.add(f64::NAN);
        assert_eq!(gauge.get(), -1.5);
        gauge.set(f64::INFINITY);
        assert_eq!(gauge.get(), f64::INFINITY);
        gauge.set_to_current_time();
        // Between 2020 and 2100.
        assert!((1_577_836_800.0..4_102_444_800.0).contains(&gauge.get()));
    }
}
