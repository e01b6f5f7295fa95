//! Which keys weigh most: the busiest users, the largest tenants.

use std::fmt::{self, Display};
use std::hash::Hash;
use std::marker::PhantomData;
use std::sync::LazyLock;

use super::clock::Reading;
use super::family::Family;
use super::heaviest::{Heaviest, MAX_STRIPES, Place};
use super::metric::DimensionsOf;
use super::store::Store;
use super::thread_number::thread_number;
use super::visit::{HeavyKey, HeavyKeys};
use super::{ambient, hash_key};
use crate::declare::label::{Intern, SeriesIndex};
use crate::declare::ranks::{self, RANKS, WINDOW_SECONDS};
use crate::declare::{Described, Descriptor, Dimension, Kind, Labels};

/// How much the heaviest keys of the last minutes weigh, such as the busiest users: without a label for each of them.
///
/// Prometheus gets eleven gauges: the weights of the ten heaviest keys by their `rank`, from `1` on, and of all others
/// together, whose rank is `_OTHER`. Their sum is the whole weight, so `{rank="1"}` divided by it is the share of the
/// heaviest key. The keys themselves are shown on the live page, and in the log when one has a tenth of the weight. There
/// they are hashes, the same ones that a field `hash(key)` has in the log, or names if the type says so: `Top<str, Named>`.
///
/// The gauges have the last five to ten minutes: what was heavy before is forgotten. Memory is fixed. A weight is never
/// too large, and too small by at most 1/192 of the whole weight, whatever the keys are (see [`HeavyKeys::missed`]).
///
/// Adding takes no lock and waits for nothing. Only a thread's first additions allocate, at most 17 KiB for each of four
/// stripes a core; with names four times that.
///
/// ```
/// use goldsignal::{Metrics, Top};
///
/// /// Who uses the shop.
/// #[derive(Metrics)]
/// struct Visitors {
///     /// Orders by the users who order most.
///     busiest_users: Top<str>,
/// }
///
/// let users = &Visitors::get().busiest_users;
/// for user in ["ada", "grace", "ada"] {
///     users.add(user);
/// }
/// users.add_by("grace", 10);
/// let heaviest = users.heaviest();
/// assert_eq!((heaviest.total, heaviest.keys[0].weight), (13, 11));
/// ```
///
/// Another type of key does not compile:
///
/// ```compile_fail,E0308
/// # use goldsignal::{Metrics, Top};
/// # /// Who uses the shop.
/// # #[derive(Metrics)]
/// # struct Visitors {
/// #     /// Orders by the users who order most.
/// #     busiest_users: Top<str>,
/// # }
/// Visitors::get().busiest_users.add(&7);
/// ```
pub struct Top<K: ?Sized, S = Hashed> {
    family: Family,
    key: PhantomData<fn(&K, S)>,
}

/// Keys are shown as their hash. This is the default of [`Top`].
#[derive(Debug)]
pub enum Hashed {}

/// Keys are shown as their text: `Top<Tenant, Named>`. At most 47 bytes of it are kept.
///
/// ```
/// use goldsignal::{Metrics, Named, Top};
///
/// /// Who uses the shop.
/// #[derive(Metrics)]
/// struct Tenants {
///     /// Bytes by the tenants who upload most.
///     heaviest_tenants: Top<str, Named>,
/// }
///
/// let tenants = &Tenants::get().heaviest_tenants;
/// tenants.add_by("acme", 4096);
/// assert_eq!(tenants.heaviest().keys[0].key, "acme");
/// ```
#[derive(Debug)]
pub enum Named {}

/// A type of keys of a [`Top`], each of which implements [`Hash`], and [`Display`] where its name is shown.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no name for the list of the heaviest keys: it does not implement `Display`",
    label = "no `Display`",
    note = "implement `Display`, or leave `Named` out: `Top<{Self}>` shows a hash"
)]
pub trait TopKey<S> {
    /// Whether the key has a name.
    #[doc(hidden)]
    const IS_NAMED: bool;

    /// Writes the name.
    #[doc(hidden)]
    fn write_name(&self, out: &mut dyn fmt::Write) -> fmt::Result;
}

#[diagnostic::do_not_recommend]
impl<K: ?Sized> TopKey<Hashed> for K {
    const IS_NAMED: bool = false;

    fn write_name(&self, _: &mut dyn fmt::Write) -> fmt::Result {
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<K: Display + ?Sized> TopKey<Named> for K {
    const IS_NAMED: bool = true;

    fn write_name(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        write!(out, "{self}")
    }
}

impl<K: ?Sized, S> Top<K, S> {
    /// The kind of metric that a field of this type declares.
    pub const KIND: Kind = Kind::Top;

    pub(super) fn bind_to(descriptor: &'static Descriptor, labels: DimensionsOf<Ranks>) -> Self {
        Self { family: Family::bind(descriptor, Kind::Top, labels.get()), key: PhantomData }
    }

    /// The ten heaviest keys that this process has seen in the last five to ten minutes.
    pub fn heaviest(&self) -> HeavyKeys {
        let Some(ordinal) = self.family.ordinal() else { return HeavyKeys::default() };
        ambient::with(|store| heaviest(store, ordinal))
    }
}

impl<K: Hash + TopKey<S> + ?Sized, S> Top<K, S> {
    /// Adds one to the weight of `key`.
    #[doc(alias("inc", "insert", "record"))]
    #[inline]
    pub fn add(&self, key: &K) {
        self.add_by(key, 1);
    }

    /// Adds `weight` to the weight of `key`.
    #[doc(alias("inc_by"))]
    pub fn add_by(&self, key: &K, weight: u64) {
        let Some(ordinal) = self.family.ordinal().filter(|_| weight > 0) else { return };
        let (hash, place) = (hash_key::keyed(key), place());
        let write = |out: &mut dyn fmt::Write| key.write_name(out);
        let name = K::IS_NAMED.then_some(&write as _);
        ambient::with(|store| {
            if let Some(heaviest) = store.heaviest_or_allocate(ordinal) {
                heaviest.add(place, window(), hash, weight, name);
            }
        });
    }
}

/// The heaviest keys of the family with `ordinal` in `store`.
pub(super) fn heaviest(store: &Store, ordinal: usize) -> HeavyKeys {
    let Some(heaviest) = store.heaviest(ordinal) else { return HeavyKeys::default() };
    read(heaviest, window())
}

fn read(heaviest: &Heaviest, window: u64) -> HeavyKeys {
    let weights = heaviest.read(window, RANKS);
    let keys = weights.keys.into_iter().map(|(hash, weight)| {
        let name = heaviest.name(window, hash);
        HeavyKey { key: name.unwrap_or_else(|| format!("{hash:016x}")), weight }
    });
    HeavyKeys {
        total: weights.total,
        missed: weights.missed,
        dropped: heaviest.dropped(),
        keys: keys.collect(),
    }
}

/// The number of the current window.
pub(super) fn window() -> u64 {
    Reading::now().since(Reading::NONE) / (WINDOW_SECONDS * 1_000_000_000)
}

/// Four stripes for each core: a thread that is interrupted while it has one leaves others.
#[inline]
fn place() -> Place {
    static STRIPES: LazyLock<usize> = LazyLock::new(|| {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        (cores * 4).next_power_of_two().min(MAX_STRIPES)
    });
    Place { thread: thread_number(), stripes: *STRIPES }
}

/// The labels of `Top`: the rank of a key. Nobody gives it.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum Ranks {}

impl Labels for Ranks {
    type At<'a> = Self;
    const DIMENSIONS: &'static [Dimension] = ranks::DIMENSIONS;

    fn index(labels: &Self, _: &dyn Intern) -> SeriesIndex<Self> {
        match *labels {}
    }
}

impl<K: ?Sized, S> Described for Top<K, S> {
    fn descriptor(&self) -> Option<&'static Descriptor> {
        self.family.descriptor()
    }
}

impl<K: ?Sized, S> fmt::Debug for Top<K, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.family.descriptor().map(|descriptor| descriptor.name);
        f.debug_struct("Top").field("name", &name).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declare::SourceLocation;

    const fn descriptor(name: &'static str) -> Descriptor {
        let location = SourceLocation::new(file!(), line!(), module_path!());
        let (kind, dimensions) = (Kind::Top, ranks::DIMENSIONS);
        Descriptor { name, help: "", kind, unit: "", dimensions, bounds: &[], location }
    }

    #[test]
    fn the_heaviest_come_first_and_are_hashed_as_fields_are() {
        static DESCRIPTOR: Descriptor = descriptor("top_hashed");
        let users = Top::<str>::bind_to(&DESCRIPTOR, DimensionsOf::NEW);
        assert_eq!(users.heaviest(), HeavyKeys::default());
        users.add("ada");
        users.add_by("grace", 5);
        users.add_by("nobody", 0);
        let HeavyKeys { total, keys, .. } = users.heaviest();
        let hash = |name: &str| format!("{:016x}", hash_key::keyed(name));
        let keys: Vec<_> = keys.into_iter().map(|one| (one.key, one.weight)).collect();
        assert_eq!((total, keys), (6, vec![(hash("grace"), 5), (hash("ada"), 1)]));
    }

    #[test]
    fn names_are_shown_where_the_type_says_so() {
        static DESCRIPTOR: Descriptor = descriptor("top_named");
        let tenants = Top::<u32, Named>::bind_to(&DESCRIPTOR, DimensionsOf::NEW);
        for tenant in [7, 42, 7] {
            tenants.add(&tenant);
        }
        let keys = tenants.heaviest().keys;
        assert_eq!(keys.iter().map(|one| &*one.key).collect::<Vec<_>>(), ["7", "42"]);
    }

    #[test]
    fn what_threads_add_comes_together() {
        static DESCRIPTOR: Descriptor = descriptor("top_of_threads");
        let keys = Top::<u64>::bind_to(&DESCRIPTOR, DimensionsOf::NEW);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..1_000).for_each(|number| keys.add(&(number % 20))));
            }
        });
        let heaviest = keys.heaviest();
        assert_eq!(heaviest.total + heaviest.dropped, 4_000);
        assert_eq!((heaviest.missed, heaviest.keys.len()), (0, RANKS));
        assert!(heaviest.dropped > 0 || heaviest.keys.iter().all(|one| one.weight == 200));
        let ranks = heaviest.ranks();
        assert_eq!(ranks.iter().sum::<u64>(), heaviest.total);
    }
}
