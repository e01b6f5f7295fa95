//! Ours among theirs.

use std::collections::HashMap;

use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;

use super::foreign_names::ForeignNames;
use super::to_prometheus;
use super::{Gathering, address, in_progress, while_gathering};
use crate::expose::families;
use crate::record::visit::{HiddenFamily, Readable};
use crate::registry::Registry;

/// The one name that our collectors describe. Descriptors are what registrations are compared by, so a
/// name that nobody else uses is what keeps ours from standing in the way of anyone's, however late.
pub(super) const RESERVED: &str = "goldsignal_collector";

/// Why a registry of ours was not registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegisterError {
    /// The same registry is registered there already.
    AlreadyRegistered,
    /// These families of ours have names that are taken there.
    Taken(Vec<String>),
    /// The other registry refused, and says why.
    Refused(String),
}

impl std::fmt::Display for RegisterError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::AlreadyRegistered => write!(f, "this registry is registered there already"),
            Self::Taken(names) => write!(
                f,
                "the other registry has metrics of the same name: {}; rename one of each, or leave ours out \
                 with `register_free`",
                names.join(", ")
            ),
            Self::Refused(reason) => write!(f, "the other registry refused: {reason}"),
        }
    }
}

impl std::error::Error for RegisterError {}

/// Makes everything that `ours` has appear in what `theirs` gathers.
///
/// Nothing that is registered on `theirs` later can fail because of this. If it brings a name that ours
/// has, ours is left out from then on: looking which names are taken means gathering `theirs` once more for
/// each time it is gathered, on a thread of its own. Both registries live on, as each holds the other.
///
/// What `ours` has from another `prometheus::Registry` is not passed on.
///
/// ```
/// use goldsignal::Registry;
///
/// goldsignal::bridge::prometheus::register(&Registry::global(), prometheus::default_registry())?;
/// let families = prometheus::gather();
/// assert!(families.iter().any(|family| family.name() == "goldsignal_not_a_number_total"));
/// # Ok::<(), goldsignal::bridge::prometheus::RegisterError>(())
/// ```
///
/// # Errors
/// When `ours` is registered there already, or names of ours are taken there now. Nothing is registered
/// then.
pub fn register(ours: &Registry, theirs: &prometheus::Registry) -> Result<(), RegisterError> {
    let (collector, skipped) = try_register(ours, theirs)?;
    if skipped.is_empty() {
        return Ok(());
    }
    // It is there, as it was registered just now.
    let _ = theirs.unregister(Box::new(collector));
    Err(RegisterError::Taken(skipped))
}

/// As [`register`], but goes without the families of `ours` whose names are taken, and returns them.
///
/// # Errors
/// When `ours` is registered there already.
pub fn register_free(
    ours: &Registry,
    theirs: &prometheus::Registry,
) -> Result<Vec<String>, RegisterError> {
    try_register(ours, theirs).map(|(_, skipped)| skipped)
}

fn try_register(
    ours: &Registry,
    theirs: &prometheus::Registry,
) -> Result<(RegistryCollector, Vec<String>), RegisterError> {
    let collector = RegistryCollector::new(ours, theirs)?;
    theirs.register(Box::new(collector.clone())).map_err(|error| match error {
        prometheus::Error::AlreadyReg => RegisterError::AlreadyRegistered,
        other => RegisterError::Refused(other.to_string()),
    })?;
    collector.foreign_names.refresh_here();
    let taken = collector
        .families()
        .into_iter()
        .filter(|family| collector.foreign_names.has(&family.header()));
    let skipped = taken.map(|family| family.header().name.into_owned()).collect();
    Ok((collector, skipped))
}

/// Names hidden families in the log, on a thread of its own: this one may hold the lock of `theirs`, and a
/// subscriber may register a metric there.
#[cold]
fn warn_elsewhere(hidden: Vec<HiddenFamily>) {
    let thread = std::thread::Builder::new().name("goldsignal-hidden".to_owned());
    // Where no thread can be had, the number of hidden families is all that there is.
    let _ = thread.spawn(move || hidden.iter().for_each(families::warn));
}

/// Our registry, as their collector.
#[derive(Clone)]
struct RegistryCollector {
    registry: Registry,
    description: Desc,
    foreign_names: ForeignNames,
}

impl RegistryCollector {
    fn new(registry: &Registry, theirs: &prometheus::Registry) -> Result<Self, RegisterError> {
        let which = if registry.is_global() {
            "global".to_owned()
        } else {
            format!("{:x}", address(registry))
        };
        let labels = HashMap::from([("registry".to_owned(), which)]);
        let help = "Reserved: the families are those of a goldsignal registry.";
        let description = Desc::new(RESERVED.to_owned(), help.to_owned(), Vec::new(), labels)
            .map_err(|error| RegisterError::Refused(error.to_string()))?;
        let foreign_names = ForeignNames::new(theirs, address(registry));
        Ok(Self { registry: registry.clone(), description, foreign_names })
    }

    /// Ours, without what came from a `prometheus::Registry`.
    fn families(&self) -> Vec<Box<dyn Readable>> {
        let (families, hidden) = while_gathering(Gathering::Ours, || self.registry.exposed());
        let hidden = self.registry.unnamed(hidden);
        if !hidden.is_empty() {
            warn_elsewhere(hidden);
        }
        families
    }
}

impl Collector for RegistryCollector {
    fn desc(&self) -> Vec<&Desc> {
        vec![&self.description]
    }

    fn collect(&self) -> Vec<MetricFamily> {
        let in_progress = in_progress();
        let own = address(&self.registry);
        if in_progress.contains(&Gathering::Names(own)) {
            return vec![to_prometheus::marker(RESERVED)];
        }
        // Ours asks theirs: what ours has it knows.
        if in_progress.contains(&Gathering::Theirs(own)) || in_progress.contains(&Gathering::Ours) {
            return Vec::new();
        }
        if in_progress.is_empty() {
            self.foreign_names.refresh();
        }
        let families = self.families();
        let free = families.iter().filter(|family| !self.foreign_names.has(&family.header()));
        free.map(|family| to_prometheus::family(&**family)).collect()
    }
}
