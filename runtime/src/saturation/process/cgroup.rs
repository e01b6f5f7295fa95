//! What the control groups of the process allow and use, of either version
//! (<https://docs.kernel.org/admin-guide/cgroup-v2.html>, <https://docs.kernel.org/admin-guide/cgroup-v1/>).

use std::fs;
use std::path::{Path, PathBuf};

use procfs_core::process::{MountInfo, MountInfos};
use procfs_core::{FromRead, ProcessCGroups};

use super::linux::float;
use super::pressure;
use super::readings::Readings;
use crate::declare::series::process as series;

/// Version 1 writes the absence of a memory limit as the largest number of whole pages.
const NO_LIMIT: u64 = 1 << 62;

/// The control groups of the process: the folders of each controller, innermost first.
#[derive(Debug, Default)]
pub(super) struct ControlGroups {
    memory: Option<Hierarchy>,
    cpu: Option<Hierarchy>,
    /// The folders of version 2, which measures pressure.
    unified: Vec<PathBuf>,
    /// The pressure of the machine.
    machine: PathBuf,
}

#[derive(Debug)]
struct Hierarchy {
    version: Version,
    /// The folders of the group and of those around it that the process can see, innermost first.
    folders: Vec<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    V1,
    V2,
}

impl ControlGroups {
    /// The groups of the process whose folder in `/proc` is `own`.
    pub(super) fn of(root: &Path, own: &Path) -> Self {
        let groups = ProcessCGroups::from_file(own.join("cgroup")).map_or(Vec::new(), |all| all.0);
        let mounts = MountInfos::from_file(own.join("mountinfo")).map_or(Vec::new(), |all| all.0);
        let folders = |is_it: &dyn Fn(&MountInfo) -> bool, group: Option<&str>| {
            Some(folders(root, mounts.iter().find(|mount| is_it(mount))?, group?))
        };
        // A controller is in a hierarchy of version 1, or else in the one of version 2.
        let unified_group = groups.iter().find(|group| group.controllers.is_empty());
        let unified = folders(
            &|mount| mount.fs_type == "cgroup2",
            unified_group.map(|group| group.pathname.as_str()),
        );
        let hierarchy = |controller: &str| {
            let group =
                groups.iter().find(|group| group.controllers.iter().any(|name| name == controller));
            let first = folders(
                &|mount| mount.fs_type == "cgroup" && mount.super_options.contains_key(controller),
                group.map(|group| group.pathname.as_str()),
            );
            let first = first.map(|folders| Hierarchy { version: Version::V1, folders });
            let second = || Some(Hierarchy { version: Version::V2, folders: unified.clone()? });
            first.or_else(second)
        };
        Self {
            memory: hierarchy("memory"),
            cpu: hierarchy("cpu"),
            unified: unified.unwrap_or_default(),
            machine: root.join("proc/pressure"),
        }
    }

    pub(super) fn read(&self, readings: &mut Readings) {
        match &self.memory {
            Some(hierarchy) => hierarchy.memory(readings),
            None => readings.miss(Path::new("the control group of memory")),
        }
        match &self.cpu {
            Some(hierarchy) => hierarchy.cpu(readings),
            None => readings.miss(Path::new("the control group of the CPU")),
        }
        pressure::read(&self.unified, &self.machine, readings);
    }
}

/// The folders of `group`, innermost first, as far as they are below the mount.
///
/// A container may see its group under the name that the host has for it; the mount then begins at that group.
fn folders(root: &Path, mount: &MountInfo, group: &str) -> Vec<PathBuf> {
    let point = mount.mount_point.strip_prefix("/").unwrap_or(&mount.mount_point);
    let point = root.join(point);
    let inner = Path::new(group).strip_prefix(&mount.root).unwrap_or(Path::new(""));
    let inner = inner.strip_prefix("/").unwrap_or(inner);
    let folders = inner.ancestors().map(|part| point.join(part));
    folders.filter(|folder| folder.is_dir()).collect()
}

impl Hierarchy {
    /// The innermost folder that has a limit, and the limit; else the innermost folder. `file` has the limit.
    fn limited(
        &self,
        file: &str,
        limit: impl Fn(&Path) -> Option<f64>,
        readings: &mut Readings,
    ) -> Option<(&Path, Option<f64>)> {
        let limited = self.folders.iter().find_map(|one| Some((one, limit(one)?)));
        if let Some((folder, limit)) = limited {
            return Some((folder, Some(limit)));
        }
        let innermost = self.folders.first()?;
        if !innermost.join(file).exists() {
            readings.miss(&innermost.join(file));
        }
        Some((innermost, None))
    }

    fn memory(&self, readings: &mut Readings) {
        let (file, usage, inactive) = match self.version {
            Version::V1 => {
                ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
            }
            Version::V2 => ("memory.max", "memory.current", "inactive_file"),
        };
        let limit = |folder: &Path| {
            let limit = read_number(&folder.join(file))?;
            Some(float(limit)).filter(|_| limit < NO_LIMIT)
        };
        let Some((folder, limit)) = self.limited(file, limit, readings) else { return };
        if let Some(limit) = limit {
            readings.put(&series::MEMORY_LIMIT, limit);
        }
        let Some(usage) = readings.text(&folder.join(usage), number) else { return };
        readings.put(&series::MEMORY_USAGE, float(usage));
        let inactive = |text: &str| value(text, inactive);
        if let Some(inactive) = readings.text(&folder.join("memory.stat"), inactive) {
            readings.put(&series::MEMORY_WORKING_SET, float(usage.saturating_sub(inactive)));
        }
    }

    /// Without a quota the kernel throttles nothing, so the series are left out.
    fn cpu(&self, readings: &mut Readings) {
        let limited = match self.version {
            Version::V1 => self.limited("cpu.cfs_quota_us", quota_v1, readings),
            Version::V2 => self.limited("cpu.max", quota_v2, readings),
        };
        let Some((folder, Some(quota))) = limited else { return };
        readings.put(&series::CPU_QUOTA, quota);
        let (throttled, unit) = match self.version {
            Version::V1 => ("throttled_time", 1e9),
            Version::V2 => ("throttled_usec", 1e6),
        };
        let counts = |text: &str| {
            Some((
                value(text, "nr_periods")?,
                value(text, "nr_throttled")?,
                value(text, throttled)?,
            ))
        };
        let counts = readings.text(&folder.join("cpu.stat"), counts);
        if let Some((periods, throttled_periods, throttled)) = counts {
            readings.put(&series::CPU_PERIODS, float(periods));
            readings.put(&series::CPU_THROTTLED_PERIODS, float(throttled_periods));
            readings.put(&series::CPU_THROTTLED, float(throttled) / unit);
        }
    }
}

/// The quota in cores; `None` if there is none. It is written as -1 then.
fn quota_v1(folder: &Path) -> Option<f64> {
    let read = |name| read_number(&folder.join(name));
    cores(read("cpu.cfs_quota_us")?, read("cpu.cfs_period_us")?)
}

/// The quota in cores; `None` if there is none. It is written as `max` then.
fn quota_v2(folder: &Path) -> Option<f64> {
    let text = fs::read_to_string(folder.join("cpu.max")).ok()?;
    let (quota, period) = text.split_once(' ')?;
    cores(number(quota)?, number(period)?)
}

fn cores(quota: u64, period: u64) -> Option<f64> {
    (period > 0).then(|| float(quota) / float(period))
}

fn read_number(path: &Path) -> Option<u64> {
    number(&fs::read_to_string(path).ok()?)
}

/// The number that a file consists of.
fn number(text: &str) -> Option<u64> {
    text.trim().parse().ok()
}

/// The value of a name in a file that has a name and a number on each line.
fn value(text: &str, name: &str) -> Option<u64> {
    let mut lines = text.lines().filter_map(|line| line.split_once(' '));
    lines.find(|(key, _)| *key == name).and_then(|(_, value)| number(value))
}
