//! The registry: everything that is counted, as a value.
//!
//! ```
//! use goldsignal::{Registry, expose::Format};
//!
//! let registry = Registry::global();
//! registry.check().expect("no two declarations contradict each other");
//! assert!(registry.encode(Format::Text).contains("goldsignal_hidden_families 0\n"));
//! ```

use std::sync::Arc;

use crate::declare::catalog::{Catalog, Conflict};
use crate::declare::metric_prefix::LateMetricPrefix;
use crate::declare::naming::LateNaming;
use crate::declare::{MetricPrefix, Naming};
use crate::record::ambient::StoreRef;
use crate::record::visit::Source;

/// Everything that is counted, in one place.
///
/// A binary has one global registry, and it works without any set-up. Tests scope their own, see
/// `goldsignal::testing`.
#[derive(Clone, Debug)]
pub struct Registry {
    pub(crate) store: StoreRef,
}

impl Registry {
    /// The global registry.
    pub const fn global() -> Self {
        Self { store: StoreRef::global() }
    }

    /// The registry that this thread records to now: the global one, outside of tests.
    pub fn current() -> Self {
        Self { store: StoreRef::current() }
    }

    /// Whether this is the global registry.
    pub fn is_global(&self) -> bool {
        self.store.is_global()
    }

    /// Checks that everything declared in the binary fits together.
    ///
    /// # Errors
    /// Every pair of declarations that contradict each other, each with both source lines.
    pub fn check(&self) -> Result<(), Vec<Conflict>> {
        let conflicts = Catalog::linked().conflicts();
        if conflicts.is_empty() { Ok(()) } else { Err(conflicts) }
    }

    /// Says what the metrics of requests are called, before the first request ends.
    ///
    /// # Errors
    /// When they are called otherwise already: by an earlier call, or because a request was counted.
    pub fn set_naming(&self, naming: Naming) -> Result<(), LateNaming> {
        self.store.get().settle_naming(naming)
    }

    /// Sets the prefix of the families that goldsignal itself defines, before anything is exposed.
    ///
    /// # Errors
    /// When there is another prefix already: from an earlier call, or none because the families were exposed.
    pub fn set_metric_prefix(&self, prefix: MetricPrefix) -> Result<(), LateMetricPrefix> {
        self.store.get().settle_metric_prefix(prefix)
    }

    /// Exposes the families of `source` together with the registry's own. Attaching the same `Arc` again changes nothing.
    ///
    /// A family whose name is taken already is left out, counted as `goldsignal_hidden_families`, and named by
    /// [`hidden_families`](Self::hidden_families).
    pub fn attach(&self, source: Arc<dyn Source>) {
        self.store.get().attach(source);
    }
}
