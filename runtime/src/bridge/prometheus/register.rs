//! Registers our registry on a `prometheus::Registry`.

use std::collections::HashMap;

use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;

use super::foreign_names::ForeignNames;
use super::to_prometheus;
use super::{Gathering, address, in_progress, while_gathering};
use crate::expose::families;
use crate::record::visit::{HiddenFamily, Readable};
use crate::registry::Registry;

/// The only name that our collectors describe. `prometheus` compares descriptions to detect duplicate registrations. So
/// with a name that no other collector has, ours never prevents another registration.
pub(super) const RESERVED: &str = "goldsignal_collector";

/// The reason why our registry was not registered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegisterError {
    /// The registry is registered there already.
    AlreadyRegistered,
    /// The names of these families of ours are taken there.
    Taken(Vec<String>),
    /// The other registry refused, for this reason.
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

/// Registers `ours` on `theirs`, so that gathering `theirs` returns the families of `ours` as well.
///
/// This never makes a later registration on `theirs` fail. If that has a name of `ours`, the family of `ours` is left out
/// from then on. To find the names that are taken, `theirs` is gathered a second time whenever it is gathered, on a thread
/// of its own. Both registries are never freed, since each owns the other.
///
/// Families that `ours` has from another `prometheus::Registry` are not passed on.
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
/// If `ours` is registered there already, or if the names of some of its families are taken there. Then nothing is
/// registered.
pub fn register(ours: &Registry, theirs: &prometheus::Registry) -> Result<(), RegisterError> {
    let (collector, skipped) = try_register(ours, theirs)?;
    if skipped.is_empty() {
        return Ok(());
    }
    // This does not fail, as the collector was registered just now.
    let _ = theirs.unregister(Box::new(collector));
    Err(RegisterError::Taken(skipped))
}

/// As [`register`], but leaves out the families of `ours` whose names are taken, and returns their names.
///
/// # Errors
/// If `ours` is registered there already.
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

/// Logs hidden families on a thread of its own. This thread may hold the lock of `theirs`, and a subscriber may register a
/// metric there.
#[cold]
fn warn_elsewhere(hidden: Vec<HiddenFamily>) {
    let thread = std::thread::Builder::new().name("goldsignal-hidden".to_owned());
    // If no thread can be started, only the number of hidden families is exposed.
    let _ = thread.spawn(move || hidden.iter().for_each(families::warn));
}

/// The collector of our registry.
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

    /// The families of our registry, except those from a `prometheus::Registry`.
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
        // Our registry is being gathered already, so its families are not needed again.
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
