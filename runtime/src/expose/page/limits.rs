//! What is limited, and how much of it is in use: by the families of the process, of runtimes and of pools.

use std::sync::LazyLock;
use std::thread::available_parallelism;
use std::time::Instant;

use super::families::{Families, Series};
use super::history::History;
use super::quantile::in_float;
use crate::declare::series::{pool, process, tokio};

/// Something of which there is only so much.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Limit {
    pub(super) name: &'static str,
    /// The name of the pool or runtime; empty if there is only one.
    pub(super) detail: String,
    pub(super) used: f64,
    pub(super) most: f64,
    /// `bytes` or `cores`; empty for a number.
    pub(super) unit: &'static str,
}

/// The limits that are known.
pub(super) fn limits(families: &Families, history: &History, now: Instant) -> Vec<Limit> {
    let mut limits = Vec::new();
    let one = |family| families.resource(family).first().map(|series| series.value.in_float());
    let mut add = |name, used: Option<f64>, most: Option<f64>, unit| {
        if let (Some(used), Some(most)) = (used, most.filter(|most| *most > 0.0)) {
            limits.push(Limit { name, detail: String::new(), used, most, unit });
        }
    };
    let cpu = families.resource(&process::CPU_SECONDS).first();
    let cpu = cpu.and_then(|series| history.busy_share(now, series.key, series.value.in_float()));
    let cores = one(&process::CPU_QUOTA).unwrap_or(*CORES);
    add("Processor", cpu, Some(cores), "cores");
    add("Memory", one(&process::MEMORY_WORKING_SET), one(&process::MEMORY_LIMIT), "bytes");
    add("Open files", one(&process::OPEN_FDS), one(&process::MAX_FDS), "");
    limits.extend(runtimes(families, history, now));
    limits.extend(pools(families));
    limits
}

static CORES: LazyLock<f64> =
    LazyLock::new(|| available_parallelism().map_or(1.0, |cores| in_float(cores.get() as u64)));

/// The share of the limit that is used most.
pub(super) fn busiest(limits: &[Limit]) -> Option<f64> {
    limits.iter().map(|limit| limit.used / limit.most).max_by(f64::total_cmp)
}

fn label<'a>(series: &'a Series, name: &str) -> Option<&'a str> {
    series.labels.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
}

/// How many workers of each runtime are busy.
fn runtimes(families: &Families, history: &History, now: Instant) -> Vec<Limit> {
    let name = |series| label(series, tokio::label::RUNTIME);
    let busy = |runtime| {
        let workers = families.resource(&tokio::WORKER_BUSY).iter();
        let own = workers.filter(|series| name(series) == runtime);
        own.map(|series| history.busy_share(now, series.key, series.value.in_float()))
            .sum::<Option<f64>>()
    };
    let limits = families.resource(&tokio::WORKERS).iter().filter_map(|series| {
        let runtime = name(series);
        let (used, detail) = (busy(runtime)?, runtime?.to_owned());
        Some(Limit {
            name: "Worker threads",
            detail,
            used,
            most: series.value.in_float(),
            unit: "",
        })
    });
    limits.filter(|limit| limit.most > 0.0).collect()
}

/// How many connections of each pool are in use.
fn pools(families: &Families) -> Vec<Limit> {
    let name = |series| label(series, pool::label::POOL);
    let is_used = |series: &&Series| label(series, pool::label::STATE) == Some(pool::USED);
    let limits = families.resource(&pool::CONNECTIONS_MAX).iter().filter_map(|series| {
        let detail = name(series)?;
        let mut used = families.resource(&pool::CONNECTIONS).iter().filter(is_used);
        let used = used.find(|series| name(series) == Some(detail))?.value.in_float();
        let (detail, most) = (detail.to_owned(), series.value.in_float());
        Some(Limit { name: "Connections", detail, used, most, unit: "" })
    });
    limits.filter(|limit| limit.most > 0.0).collect()
}
