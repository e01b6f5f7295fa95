//! Reads the catalog that another program wrote as JSON.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;

use super::inventory::{FaultEntry, LabelEntry};
use crate::declare::catalog::Catalog;
use crate::declare::operation::is_tool_name;
use crate::declare::{
    Descriptor, Dimension, Domain, Ends, FaultKind, Kind, Operation, Route, Severity, Slo,
    SourceLocation, buckets,
};
use crate::declare::{ranks, registers};

/// A text that is not a catalog as [`catalog_to_json`](crate::expose::catalog_to_json) writes it.
#[derive(Debug)]
pub struct CatalogError(String);

impl fmt::Display for CatalogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CatalogError {}

/// Reads what [`catalog_to_json`](crate::expose::catalog_to_json) wrote in another program. The declarations are constant data
/// in this program, too, so their memory is never freed.
///
/// ```
/// use goldsignal::declare::catalog::Catalog;
/// use goldsignal::expose::catalog_to_json;
/// use goldsignal::operate::catalog_from_json;
///
/// let linked = Catalog::linked();
/// let read = catalog_from_json(&catalog_to_json(&linked))?;
/// assert_eq!(read.fingerprint(), linked.fingerprint());
/// # Ok::<(), goldsignal::operate::CatalogError>(())
/// ```
///
/// # Errors
/// If the text is not JSON, another version of goldsignal wrote it, or a declaration in it is not valid.
pub fn catalog_from_json(text: &str) -> Result<Catalog, CatalogError> {
    let invalid = |error: serde_json::Error| CatalogError(error.to_string());
    let Version { goldsignal } = serde_json::from_str(text).map_err(invalid)?;
    let ours = env!("CARGO_PKG_VERSION");
    if goldsignal != ours {
        return Err(CatalogError(format!(
            "goldsignal {goldsignal} wrote it, and this is goldsignal {ours}: use the same version"
        )));
    }
    let file: File = serde_json::from_str(text).map_err(invalid)?;
    file.into_catalog().map_err(CatalogError)
}

/// Read alone first: the rest may have another form in another version.
#[derive(Deserialize)]
struct Version {
    goldsignal: String,
}

#[derive(Deserialize)]
struct File {
    objectives: Vec<ObjectiveEntry>,
    families: Vec<FamilyEntry>,
    operations: Vec<OperationEntry>,
}

#[derive(Deserialize)]
struct ObjectiveEntry {
    name: String,
    runbook: String,
    availability_percent: Option<f64>,
    latency_percent: Option<f64>,
    latency_seconds: Option<f64>,
    period_days: u32,
    severity: String,
    location: Location,
}

#[derive(Deserialize)]
struct FamilyEntry {
    name: String,
    help: String,
    kind: String,
    unit: String,
    labels: Vec<LabelEntry>,
    buckets: Vec<f64>,
    location: Location,
}

#[derive(Deserialize)]
struct OperationEntry {
    name: String,
    help: String,
    routes: Vec<RouteEntry>,
    tool: Option<String>,
    fields: Vec<String>,
    hidden: Vec<String>,
    buckets: Vec<f64>,
    objective: Option<String>,
    long: bool,
    faults: Vec<FaultEntry>,
    success: Option<u16>,
    location: Location,
}

#[derive(Deserialize)]
struct RouteEntry {
    method: String,
    path: String,
}

/// `file:line`.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Location(SourceLocation);

impl TryFrom<String> for Location {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let parts = text.rsplit_once(':').and_then(|(file, line)| Some((file, line.parse().ok()?)));
        let (file, line) = parts.ok_or("a location is `file:line`")?;
        Ok(Self(SourceLocation::new(leak(file), line, "")))
    }
}

impl File {
    fn into_catalog(self) -> Result<Catalog, String> {
        let objectives: Vec<_> = self
            .objectives
            .into_iter()
            .map(ObjectiveEntry::into_objective)
            .collect::<Result<_, _>>()?;
        let operation = |one: OperationEntry| one.into_operation(&objectives);
        Ok(Catalog {
            operations: self.operations.into_iter().map(operation).collect::<Result<_, _>>()?,
            families: self
                .families
                .into_iter()
                .map(FamilyEntry::into_family)
                .collect::<Result<_, _>>()?,
            objectives,
        })
    }
}

impl ObjectiveEntry {
    fn into_objective(self) -> Result<&'static Slo, String> {
        let slo =
            self.declared().ok_or_else(|| format!("the objective `{}` is not valid", self.name))?;
        Ok(Box::leak(Box::new(slo)))
    }

    /// `None` if it is not valid, as the constant constructors of [`Slo`] would panic.
    fn declared(&self) -> Option<Slo> {
        let &Self { availability_percent, latency_percent, latency_seconds, period_days, .. } =
            self;
        let days = Some(period_days).filter(|days| Slo::PERIOD_DAYS.contains(days))?;
        let is_named = Slo::is_valid_name(&self.name) && !self.runbook.trim().is_empty();
        let mut slo =
            is_named.then(|| Slo::new(leak(&self.name), leak(&self.runbook)).period_days(days))?;
        if let Some(percent) = availability_percent {
            slo = Slo::is_valid_percent(percent).then(|| slo.availability(percent))?;
        }
        if let Some((percent, seconds)) = latency_percent.zip(latency_seconds) {
            let threshold = Duration::try_from_secs_f64(seconds).ok()?;
            let is_valid = Slo::is_valid_percent(percent) && !threshold.is_zero();
            slo = is_valid.then(|| slo.latency(percent, threshold))?;
        }
        let severity = [Severity::Page, Severity::Ticket];
        slo = slo.severity(severity.into_iter().find(|one| one.as_str() == self.severity)?);
        let is_complete = availability_percent.is_some() || latency_percent.is_some();
        is_complete.then(|| slo.declared_at(self.location.0))
    }
}

impl FamilyEntry {
    fn into_family(self) -> Result<&'static Descriptor, String> {
        let kind = [Kind::Counter, Kind::Gauge, Kind::Histogram, Kind::Distinct, Kind::Top];
        let kind = kind.into_iter().find(|kind| kind.as_str() == self.kind);
        let is_bounded = self.buckets.is_empty() || buckets::valid(&self.buckets);
        let kind =
            kind.filter(|kind| is_bounded && (*kind == Kind::Histogram) != self.buckets.is_empty());
        let kind = kind.ok_or_else(|| format!("the metric `{}` is not valid", self.name))?;
        let dimensions = match kind {
            Kind::Distinct => registers::DIMENSIONS,
            Kind::Top => ranks::DIMENSIONS,
            _ => leaked(self.labels, dimension),
        };
        Ok(Box::leak(Box::new(Descriptor {
            kind,
            name: self.name.leak(),
            help: self.help.leak(),
            unit: self.unit.leak(),
            dimensions,
            bounds: self.buckets.leak(),
            location: self.location.0,
        })))
    }
}

fn dimension(label: LabelEntry) -> Dimension {
    let domain = match label.values {
        Some(values) => Domain::Finite(leaked(values, leak_text)),
        None => Domain::Budget(label.budget.unwrap_or_default()),
    };
    Dimension { name: label.name.leak(), domain }
}

impl OperationEntry {
    fn into_operation(self, objectives: &[&'static Slo]) -> Result<&'static Operation, String> {
        if !buckets::valid(&self.buckets) {
            return Err(format!("the buckets of the operation `{}` are not valid", self.name));
        }
        let route = |one: RouteEntry| Route::new(one.method.leak(), one.path.leak());
        let fault = |one: FaultEntry| FaultKind::new(one.error_type.leak(), one.status);
        let mut operation = Operation::new(self.name.leak(), self.location.0)
            .help(self.help.leak())
            .routes(leaked(self.routes, route))
            .fields(leaked(self.fields, leak_text))
            .hidden(leaked(self.hidden, leak_text));
        if let Some(tool) = self.tool {
            if !is_tool_name(&tool) {
                return Err(format!("the operation `{}` is no valid tool", operation.name));
            }
            operation = operation.tool(tool.leak());
        }
        if self.long {
            operation = operation.long();
        }
        operation = operation
            .buckets(self.buckets.leak())
            .read_ends(Ends { faults: leaked(self.faults, fault), success: self.success });
        if let Some(name) = self.objective {
            let slo = objectives.iter().find(|slo| slo.name() == name);
            let slo = slo.filter(|slo| slo.is_within(operation.bounds));
            operation = operation.slo(slo.ok_or_else(|| {
                format!(
                    "the operation `{}` has no objective `{name}` that fits its buckets",
                    operation.name
                )
            })?);
        }
        Ok(Box::leak(Box::new(operation)))
    }
}

fn leak(text: &str) -> &'static str {
    text.to_owned().leak()
}

fn leak_text(text: String) -> &'static str {
    text.leak()
}

fn leaked<T, U>(items: Vec<T>, convert: impl Fn(T) -> U) -> &'static [U] {
    items.into_iter().map(convert).collect::<Vec<_>>().leak()
}

#[cfg(test)]
mod tests;
