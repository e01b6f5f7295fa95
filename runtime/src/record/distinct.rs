//! How many different keys were seen: users, sessions, devices.

use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::LazyLock;

use siphasher::sip::SipHasher13;

use super::clock::Reading;
use super::family::Family;
use super::metric::DimensionsOf;
use super::store::Store;
use super::{ambient, hash_key, register};
use crate::declare::label::{Intern, SeriesIndex};
use crate::declare::registers::{self, REGISTERS};
use crate::declare::{Described, Descriptor, Dimension, Kind, Labels};

/// How many different keys were seen, such as users who were active: a number without their names.
///
/// A label with an id for each user makes a series for each of them. `Distinct` has 1024 series however many keys there are:
/// the registers of a `HyperLogLog` (Flajolet et al., 2007). Prometheus computes the number of keys from their maximum over
/// instances and over any window, with a standard error of 3.3 %; goldsignal generates these queries as recording rules and
/// a panel. A key that several replicas have seen counts once.
///
/// A register shows a key for two to four minutes, so that the maximum over an hour has the keys of that hour. Prometheus
/// must scrape more often than every two minutes.
///
/// Keys are hashed (SipHash-1-3) with the key of `GOLDSIGNAL_HASH_KEY`. Replicas need the same one. Without the variable
/// the hash has a key that is known: whoever can read the registers can then test with some certainty whether a given user
/// was active.
///
/// Inserting takes no lock and does not allocate. A key that was seen before costs a hash, a reading of the clock and a
/// load, also where several threads insert.
///
/// ```
/// use goldsignal::{Distinct, Metrics};
///
/// #[derive(Hash)]
/// struct UserId(u64);
///
/// /// Who uses the shop.
/// #[derive(Metrics)]
/// struct Visitors {
///     /// Users who were active.
///     active_users: Distinct<UserId>,
/// }
///
/// let users = &Visitors::get().active_users;
/// for user in [7, 8, 7, 9, 7] {
///     users.insert(&UserId(user));
/// }
/// assert_eq!(users.estimate().round(), 3.0);
/// ```
///
/// Another type of key does not compile:
///
/// ```compile_fail,E0308
/// # use goldsignal::{Distinct, Metrics};
/// # #[derive(Hash)] struct UserId(u64);
/// # /// Who uses the shop.
/// # #[derive(Metrics)]
/// # struct Visitors {
/// #     /// Users who were active.
/// #     active_users: Distinct<UserId>,
/// # }
/// let order = 7_u64;
/// Visitors::get().active_users.insert(&order);
/// ```
pub struct Distinct<K: ?Sized> {
    family: Family,
    key: PhantomData<fn(&K)>,
}

impl<K: ?Sized> Distinct<K> {
    /// The kind of metric that a field of this type declares.
    pub const KIND: Kind = Kind::Distinct;

    pub(super) fn bind_to(
        descriptor: &'static Descriptor,
        labels: DimensionsOf<Registers>,
    ) -> Self {
        Self { family: Family::bind(descriptor, Kind::Distinct, labels.get()), key: PhantomData }
    }

    /// How many different keys this process has seen in the last two to four minutes. The standard error is 3.3 %.
    pub fn estimate(&self) -> f64 {
        let Some(first) = self.family.first_cell() else { return 0.0 };
        ambient::with(|store| estimate(store, first))
    }
}

impl<K: Hash + ?Sized> Distinct<K> {
    /// Notes that `key` was seen now.
    #[doc(alias("add", "inc", "observe", "record"))]
    pub fn insert(&self, key: &K) {
        let Some(first) = self.family.first_cell() else { return };
        let (number, rank) = place(hash(key));
        ambient::with(|store| register::note(store.gauge(first + number), period(), rank));
    }
}

/// How many different keys the registers from the cell `first` on have seen in the last minutes.
pub(super) fn estimate(store: &Store, first: usize) -> f64 {
    let period = period();
    let bits = (first..first + REGISTERS).map(|register| store.gauge_bits(register));
    registers::estimate(bits.map(|bits| register::read(bits, period)))
}

/// The register of a hash, and the rank that the hash has there: one more than the zeros that end its other bits.
fn place(hash: u64) -> (usize, u8) {
    const BITS: u32 = REGISTERS.trailing_zeros();
    #[expect(clippy::cast_possible_truncation, reason = "the remainder is small")]
    let number = (hash % REGISTERS as u64) as usize;
    // The bit beyond the last one bounds the rank.
    let rest = hash >> BITS | 1 << (u64::BITS - BITS);
    #[expect(clippy::cast_possible_truncation, reason = "at most 55")]
    let rank = rest.trailing_zeros() as u8 + 1;
    (number, rank)
}

/// How long a period of the registers takes, in nanoseconds.
const PERIOD: u64 = 120_000_000_000;

/// The number of the current period.
pub(super) fn period() -> u32 {
    u32::try_from(Reading::now().since(Reading::NONE) / PERIOD).unwrap_or(u32::MAX)
}

fn hash<K: Hash + ?Sized>(key: &K) -> u64 {
    static KEY: LazyLock<[u8; 16]> =
        LazyLock::new(|| hash_key::configured().unwrap_or_else(|| hash_key::of_text("")));
    let mut hasher = PortableHasher(SipHasher13::new_with_key(&KEY));
    key.hash(&mut hasher);
    hasher.finish()
}

/// Hashes numbers by their little-endian bytes, and sizes as 64 bits: replicas may run on different processors.
struct PortableHasher(SipHasher13);

macro_rules! portable {
    ($($write:ident $number:ty as $wide:ty;)*) => {$(
        fn $write(&mut self, number: $number) {
            self.0.write(&(number as $wide).to_le_bytes());
        }
    )*};
}

impl Hasher for PortableHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.write(bytes);
    }

    portable! {
        write_u16 u16 as u16;
        write_u32 u32 as u32;
        write_u64 u64 as u64;
        write_u128 u128 as u128;
        write_usize usize as u64;
    }

    fn finish(&self) -> u64 {
        self.0.finish()
    }
}

/// The labels of `Distinct`: the number of a register. Nobody gives it.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum Registers {}

impl Labels for Registers {
    type At<'a> = Self;
    const DIMENSIONS: &'static [Dimension] = registers::DIMENSIONS;

    fn index(labels: &Self, _: &dyn Intern) -> SeriesIndex<Self> {
        match *labels {}
    }
}

impl<K: ?Sized> Described for Distinct<K> {
    fn descriptor(&self) -> Option<&'static Descriptor> {
        self.family.descriptor()
    }
}

impl<K: ?Sized> std::fmt::Debug for Distinct<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = self.family.descriptor().map(|descriptor| descriptor.name);
        f.debug_struct("Distinct").field("name", &name).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declare::SourceLocation;

    const fn descriptor(name: &'static str) -> Descriptor {
        let location = SourceLocation::new(file!(), line!(), module_path!());
        let (kind, dimensions) = (Kind::Distinct, registers::DIMENSIONS);
        Descriptor { name, help: "", kind, unit: "", dimensions, bounds: &[], location }
    }

    /// The root mean square of the relative error of some metrics that saw `keys` different keys each.
    fn error(keys: u64, metrics: u64) -> f64 {
        let errors = (0..metrics).map(|number| {
            let mut seen = vec![0; REGISTERS];
            for key in 0..keys {
                let (register, rank) = place(hash(&(number, key)));
                seen[register] = rank.max(seen[register]);
            }
            #[expect(clippy::cast_precision_loss, reason = "less than 2^53")]
            let error = registers::estimate(seen.into_iter()) / keys as f64 - 1.0;
            error * error
        });
        #[expect(clippy::cast_precision_loss, reason = "less than 2^53")]
        let mean = errors.sum::<f64>() / metrics as f64;
        mean.sqrt()
    }

    /// Of 60 metrics, the error is known to a tenth of it.
    #[test]
    fn the_error_is_as_stated_for_few_keys_and_for_many() {
        for keys in [10, 300, 2_000, 2_700, 5_000, 20_000] {
            let error = error(keys, 60);
            assert!(error < 0.042, "{keys} keys: {error}");
        }
    }

    #[test]
    fn replicas_agree_on_the_hash_of_a_key() {
        // Computed once. Another value would count each user twice while a new version is rolled out.
        assert_eq!(hash("ada"), 5_451_459_777_530_606_372);
        assert_eq!(hash(&7_u64), hash(&7_usize));
        assert_ne!(hash(&7_u32), hash(&7_u64));
    }

    #[test]
    fn threads_count_a_key_once() {
        static DESCRIPTOR: Descriptor = descriptor("distinct_of_threads");
        let keys = Distinct::<u64>::bind_to(&DESCRIPTOR, DimensionsOf::NEW);
        assert!(keys.estimate().abs() < f64::EPSILON);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..200).for_each(|key| keys.insert(&key)));
            }
        });
        let estimate = keys.estimate();
        assert!((180.0..220.0).contains(&estimate), "{estimate}");
    }
}
