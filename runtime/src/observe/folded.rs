//! Counts the label values of the built-in families that were folded.

use crate::declare::MetricPrefix;
use crate::declare::naming::Names;
use crate::declare::series::{BuiltIn, FUNCTION_CALLS, label};
use crate::record::layout::{self, LazyCellRange};
use crate::record::store::Store;
use crate::record::visit::Folded;

/// A label with a limit, and the cell that counts folded values.
#[derive(Debug)]
pub(super) struct FoldCounter {
    base: LazyCellRange,
    family: fn(&Names) -> &'static BuiltIn,
    label: fn(&Names) -> &'static str,
}

/// Endpoints beyond the limit.
pub(super) static ENDPOINT: FoldCounter = FoldCounter {
    base: LazyCellRange::new(),
    family: |names| names.counted,
    label: |names| names.endpoint,
};

/// Statuses of an endpoint beyond the limit.
pub(super) static STATUS: FoldCounter = FoldCounter {
    base: LazyCellRange::new(),
    family: |names| names.counted,
    label: |names| names.status,
};

/// Faults of a function beyond the limit.
pub(super) static ERROR_TYPE: FoldCounter = FoldCounter {
    base: LazyCellRange::new(),
    family: |_| &FUNCTION_CALLS,
    label: |_| label::ERROR_TYPE,
};

impl FoldCounter {
    /// Counts a folded value.
    #[cold]
    pub(super) fn count(&self, store: &Store) {
        if let Some(cell) = self.cell() {
            store.add(cell, 1);
        }
    }

    fn cell(&self) -> Option<usize> {
        self.base.get_or_allocate(|| layout::allocate(1))
    }
}

/// The number of folded values of each label in `store`.
pub(crate) fn folded<'a>(
    store: &'a Store,
    prefix: &'a MetricPrefix,
) -> impl Iterator<Item = Folded> + 'a {
    let names = store.naming().names();
    [&ENDPOINT, &STATUS, &ERROR_TYPE].into_iter().map(move |bound| Folded {
        family: (bound.family)(names).name(prefix).into_owned(),
        label: (bound.label)(names).to_owned(),
        count: bound.cell().map_or(0, |cell| store.sum(cell)),
    })
}
