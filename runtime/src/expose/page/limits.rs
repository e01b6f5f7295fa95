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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declare::MetricPrefix;
    use crate::declare::series::BuiltIn;
    use crate::expose::page::families::{Metric, Value};
    use crate::expose::page::history::{History, PART_INTERVAL};
    use crate::expose::page::quantile::Grid;
    use crate::expose::page::reading::{Reading, Waiting};
    use crate::record::visit::SeriesKind;

    fn family(family: &BuiltIn, series: &[(&[(&str, &str)], f64)]) -> Metric {
        let name = family.name(&MetricPrefix::NONE).into_owned();
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let series = series.iter().enumerate().map(|(number, (labels, value))| Series {
            key: (name.len() * 100 + number) as u64,
            labels: labels.iter().map(owned).collect(),
            value: Value::Float(*value),
            sum: None,
        });
        let (series, kind) = (series.collect(), SeriesKind::from(family.kind));
        Metric {
            name,
            help: String::new(),
            unit: String::new(),
            kind,
            series,
            left_out: 0,
            heaviest: None,
        }
    }

    fn families(seconds: f64) -> Families {
        let db = (pool::label::POOL, "db");
        let connections: [(&[_], _); 2] = [
            (&[db, (pool::label::STATE, pool::IDLE)], 3.0),
            (&[db, (pool::label::STATE, pool::USED)], 6.0),
        ];
        let main = (tokio::label::RUNTIME, "main");
        let workers: [(&[_], _); 2] = [
            (&[main, (tokio::label::WORKER, "0")], seconds / 2.0),
            (&[main, (tokio::label::WORKER, "1")], seconds / 4.0),
        ];
        Families {
            resources: vec![
                family(&process::CPU_SECONDS, &[(&[], seconds * 1.5)]),
                family(&process::CPU_QUOTA, &[(&[], 2.0)]),
                family(&process::OPEN_FDS, &[(&[], 34.0)]),
                family(&process::MAX_FDS, &[(&[], 1024.0)]),
                family(&process::MEMORY_WORKING_SET, &[(&[], 5e8)]),
                family(&tokio::WORKERS, &[(&[main], 2.0)]),
                family(&tokio::WORKER_BUSY, &workers),
                family(&pool::CONNECTIONS, &connections),
                family(&pool::CONNECTIONS_MAX, &[(&[db], 10.0)]),
            ],
            ..Families::default()
        }
    }

    #[test]
    fn a_limit_is_told_with_what_is_used_of_it() {
        let (start, mut history) = (Instant::now(), History::new(Grid { bounds: vec![1.0] }));
        let reading = |now: Instant| Reading {
            now,
            endpoints: Vec::new(),
            functions: Vec::new(),
            indicators: Vec::new(),
            families: families((now - start).as_secs_f64()),
            waiting: Waiting { total: 0, oldest_seconds: 0.0, blocked: 0 },
        };
        let first = limits(&families(0.0), &history, start);
        let names: Vec<_> = first.iter().map(|limit| limit.name).collect();
        assert_eq!(names, ["Open files", "Connections"], "without a past nothing is known of time");
        history.sample_parts(&reading(start));
        history.sample_parts(&reading(start + PART_INTERVAL));
        let now = start + PART_INTERVAL + PART_INTERVAL / 2;
        let found = limits(&reading(now).families, &history, now);
        let found: Vec<_> = found
            .iter()
            .map(|Limit { name, detail, used, most, unit }| (*name, &**detail, *used, *most, *unit))
            .collect();
        let expected = [
            ("Processor", "", 1.5, 2.0, "cores"),
            ("Open files", "", 34.0, 1024.0, ""),
            ("Worker threads", "main", 0.75, 2.0, ""),
            ("Connections", "db", 6.0, 10.0, ""),
        ];
        assert_eq!(found, expected, "memory has no limit");
        let busiest = busiest(&limits(&reading(now).families, &history, now));
        assert!((busiest.unwrap() - 0.75).abs() < 1e-9, "{busiest:?}");
    }
}
