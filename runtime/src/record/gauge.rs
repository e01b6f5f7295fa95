//! Gauges: what goes up and down.

use std::marker::PhantomData;
use std::sync::atomic::Ordering;

use super::ambient;
use super::family::Family;
use crate::declare::{Described, Descriptor, Kind, LabelSet, Labels};

/// A value that goes up and down, over a set of labels.
///
/// One atomic, as it can be set; adding loops until it wins, so it is not for hot paths of many threads.
///
/// `set` takes any value, as Prometheus does: `NaN` often means that the value is not known, and the next `set`
/// overwrites it. An `add` whose result would be infinite or NaN is refused and counted as
/// `goldsignal_not_a_number_total`, as no later `add` could repair the gauge.
pub struct Gauge<L: LabelSet = ()> {
    family: Family,
    labels: PhantomData<fn(L)>,
}

impl<L: LabelSet> Gauge<L> {
    /// What a field of this type declares.
    pub const KIND: Kind = Kind::Gauge;

    #[doc(hidden)]
    pub fn bind(descriptor: &'static Descriptor) -> Self {
        let family = Family::bind(descriptor, Self::KIND, L::DIMENSIONS);
        Self { family, labels: PhantomData }
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
    pub fn set(&self, value: impl Number) {
        self.store(&(), value.as_f64());
    }

    /// Adds `amount`, which may be negative.
    pub fn add(&self, amount: impl Number) {
        self.change(&(), amount.as_f64());
    }

    /// Adds one.
    pub fn inc(&self) {
        self.add(1);
    }

    /// Takes one away.
    pub fn dec(&self) {
        self.add(-1);
    }

    /// The value in the ambient registry.
    pub fn get(&self) -> f64 {
        self.read(&())
    }

    /// Sets the value to the present time, in seconds since 1970.
    pub fn set_to_current_time(&self) {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        self.set(now.map_or(0.0, |now| now.as_secs_f64()));
    }
}

#[expect(clippy::needless_pass_by_value, reason = "a literal at the call reads better")]
impl<L: Labels> Gauge<L> {
    /// Sets the value of the series with `labels`.
    pub fn set(&self, labels: L::At<'_>, value: impl Number) {
        self.store(&labels, value.as_f64());
    }

    /// Adds `amount`, which may be negative, to the series with `labels`.
    pub fn add(&self, labels: L::At<'_>, amount: impl Number) {
        self.change(&labels, amount.as_f64());
    }

    /// The value of the series with `labels` in the ambient registry.
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

/// A number that a gauge or histogram takes; beyond 2⁵³ whole numbers lose their last digits.
pub trait Number: Copy {
    /// The nearest `f64`.
    fn as_f64(self) -> f64;
}

macro_rules! numbers {
    ($($number:ty)*) => {$(
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
impl Number for std::time::Duration {
    fn as_f64(self) -> f64 {
        self.as_secs_f64()
    }
}
