//! Which traces are sampled. The floor that exports spans decides it, and implements this.

use std::any::Any;
use std::fmt::Debug;

/// Decides which traces are sampled, for the code that records to one store.
pub(crate) trait TraceSampler: Any + Debug + Send + Sync {
    /// Whether the trace with this id is sampled. `parent` is the decision of the span that the trace continues.
    fn samples(&self, trace_id: u128, parent: Option<bool>) -> bool;

    /// Whether the spans of a trace that is not sampled are recorded, because its end may export them.
    fn records(&self) -> bool;

    /// Whether responses tell their client the span of their request.
    fn announces(&self) -> bool;

    /// The implementation itself, for the floor that has it.
    fn as_any(&self) -> &dyn Any;
}
