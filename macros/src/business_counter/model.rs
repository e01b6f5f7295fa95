//! The validated input of `#[business_counter]`.

use syn::{Expr, Ident, Path};

use crate::paths::CratePath;

/// `TaskMetrics::tasks_created_total`
pub(super) struct CounterPath {
    pub(super) metrics: Path,
    pub(super) field: Ident,
}

/// The counter, and when and by how much a call increments it.
pub(super) struct Model {
    pub(super) crate_path: CratePath,
    pub(super) counter: CounterPath,
    pub(super) labels: Option<Expr>,
    /// The variant of the runtime's `CountOn`.
    pub(super) on: Ident,
    pub(super) by: Option<Expr>,
    pub(super) condition: Option<Expr>,
}
