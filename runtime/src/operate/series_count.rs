//! Estimates how many samples a program exposes, from its declarations.

use crate::declare::buckets::{DURATION_SECONDS, SIZE_BYTES};
use crate::declare::catalog::Catalog;
use crate::declare::{Descriptor, Kind, Operation};

/// The outcomes without a status: requests that were cut short, and panics.
const WITHOUT_STATUS: usize = 4;

/// The samples of goldsignal's metrics about itself, of the process and its runtimes, and of unmatched paths.
const OWN: usize = 200;

/// The samples of one series of a family, `_created` included.
pub(super) const fn samples(family: &Descriptor) -> usize {
    family.series().saturating_mul(match family.kind {
        Kind::Gauge | Kind::Distinct | Kind::Top => 1,
        Kind::Counter => 2,
        Kind::Histogram => histogram(family.bounds.len()),
    })
}

/// Buckets with `+Inf`, `_sum`, `_count` and `_created`.
const fn histogram(bounds: usize) -> usize {
    bounds + 4
}

/// The samples of an operation: its requests' where it has routes, its calls', its objective's.
pub(super) fn samples_of(operation: &Operation) -> usize {
    let faults = operation.faults().len();
    // A function's ends are ok, its faults, an unknown fault, and what was cut short.
    let calls = 2 * (faults + 2 + WITHOUT_STATUS) + histogram(operation.bounds.len()) + 1;
    let endpoints: usize = operation.routes.iter().map(|route| route.methods().len()).sum();
    let ends = 2 * (faults + 2 + WITHOUT_STATUS);
    let requests =
        ends + 2 * histogram(DURATION_SECONDS.len() + 1) + 2 * histogram(SIZE_BYTES.len()) + 1;
    calls + endpoints * requests
}

/// All samples of a scrape.
pub(super) fn total(catalog: &Catalog) -> usize {
    let families: usize = catalog.families.iter().map(|family| samples(family)).sum();
    let operations: usize = catalog.operations.iter().map(|one| samples_of(one)).sum();
    families.saturating_add(operations).saturating_add(8 * catalog.objectives.len() + OWN)
}

/// The most samples that a scrape of one pod may have: twice what is declared, in whole thousands. What a
/// program's other crates register comes on top of what is declared.
pub(super) fn sample_limit(catalog: &Catalog) -> u64 {
    let twice = u64::try_from(total(catalog)).unwrap_or(u64::MAX).saturating_mul(2);
    twice.div_ceil(1_000).saturating_mul(1_000)
}
