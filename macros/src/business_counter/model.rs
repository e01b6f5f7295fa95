//! What `#[business_counter]` generates from.

use syn::{Expr, Ident, Path};

use crate::paths::Runtime;

/// `TaskMetrics::tasks_created_total`
pub(super) struct Metric {
    pub(super) metrics: Path,
    pub(super) field: Ident,
}

/// A counted function.
pub(super) struct Model {
    pub(super) runtime: Runtime,
    pub(super) metric: Metric,
    pub(super) labels: Option<Expr>,
    /// The variant of the runtime's `On`.
    pub(super) on: Ident,
    pub(super) by: Option<Expr>,
    pub(super) condition: Option<Expr>,
}
