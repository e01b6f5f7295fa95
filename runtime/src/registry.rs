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

/// A registry of metrics: all that is counted, and the sources that are exposed with it.
///
/// A process has one global registry, which needs no set-up. Each test can have one of its own, see
/// `goldsignal::testing`.
///
/// ```
/// use goldsignal::Registry;
/// use goldsignal::expose::Format;
///
/// let registry = Registry::global();
/// registry.check().map_err(|conflicts| conflicts[0].to_string())?;
/// let metrics = registry.encode(Format::Text);
/// assert!(metrics.contains("goldsignal_not_a_number_total 0"));
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug)]
pub struct Registry {
    pub(crate) store: StoreRef,
}

impl Registry {
    /// The global registry.
    pub const fn global() -> Self {
        Self { store: StoreRef::global() }
    }

    /// The registry that this thread records to now. Outside of tests it is the global one.
    pub fn current() -> Self {
        Self { store: StoreRef::current() }
    }

    /// Whether this is the global registry.
    pub fn is_global(&self) -> bool {
        self.store.is_global()
    }

    /// Checks that no declarations in the binary contradict each other.
    ///
    /// # Errors
    /// Every pair of declarations that contradict each other, each with both source locations.
    pub fn check(&self) -> Result<(), Vec<Conflict>> {
        let conflicts = Catalog::linked().conflicts();
        if conflicts.is_empty() { Ok(()) } else { Err(conflicts) }
    }

    /// Sets the naming of the metrics of requests. Call it before the first request ends.
    ///
    /// # Errors
    /// If another naming is in use already: by an earlier call, or because a request was counted.
    pub fn set_naming(&self, naming: Naming) -> Result<(), LateNaming> {
        self.store.get().settle_naming(naming)
    }

    /// Sets the prefix of the built-in families. Call it before the first exposition.
    ///
    /// # Errors
    /// If another prefix is in use already: by an earlier call, or because the families were exposed without a prefix.
    pub fn set_metric_prefix(&self, prefix: MetricPrefix) -> Result<(), LateMetricPrefix> {
        self.store.get().settle_metric_prefix(prefix)
    }

    /// Exposes the families of `source` together with the registry's own. Attaching the same `Arc` again changes nothing.
    ///
    /// A family whose name is taken already is hidden: it is not exposed, but counted as `goldsignal_hidden_families` and
    /// listed by [`hidden_families`](Self::hidden_families).
    pub fn attach(&self, source: Arc<dyn Source>) {
        self.store.get().attach(source);
    }
}
