//! The process in `/proc`.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use procfs_core::net::InterfaceDeviceStatus;
use procfs_core::process::{LimitValue, Limits, Stat, Status};
use procfs_core::{ExplicitSystemInfo, FromReadSI, KernelStats};

use super::cgroup::ControlGroups;
use super::readings::Readings;
use crate::declare::series::process as series;
use crate::saturation::reading::Reading;

/// The unit of times in `/proc`. It is part of the interface between the kernel and programs, and 100 on every
/// architecture that Rust supports, whatever the kernel's own clock is.
const TICKS_PER_SECOND: u64 = 100;

/// The files about the process.
#[derive(Debug)]
pub(super) struct Files {
    /// `/proc/self`.
    own: PathBuf,
    /// When the machine started. It does not change.
    booted: Option<SystemTime>,
    groups: ControlGroups,
}

impl Files {
    /// The files below the root of the file system; in a test, below a folder.
    pub(super) fn below(root: &Path) -> Self {
        let own = root.join("proc/self");
        let groups = ControlGroups::of(root, &own);
        Self { booted: boot_time(&root.join("proc/stat")), own, groups }
    }

    pub(super) fn read(&self) -> Readings {
        let mut readings = Readings::default();
        self.times_and_threads(&mut readings);
        self.memory(&mut readings);
        self.descriptors(&mut readings);
        self.network(&mut readings);
        self.groups.read(&mut readings);
        readings
    }

    fn times_and_threads(&self, readings: &mut Readings) {
        let Some(stat) = readings.file::<Stat>(&self.own.join("stat")) else { return };
        let created = self.booted.and_then(|booted| booted.checked_add(ticks(stat.starttime)));
        let spent = ticks(stat.utime.saturating_add(stat.stime)).as_secs_f64();
        readings.add(Reading { created, ..Reading::new(&series::CPU_SECONDS, spent) });
        readings.put(&series::VIRTUAL_MEMORY, float(stat.vsize));
        readings.put(&series::THREADS, float(stat.num_threads.unsigned_abs()));
        if let Some(since) = created.and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok()) {
            readings.put(&series::START_TIME, since.as_secs_f64());
        }
    }

    /// `stat` has pages, whose size `/proc` does not tell.
    fn memory(&self, readings: &mut Readings) {
        let status = readings.file::<Status>(&self.own.join("status"));
        if let Some(kilobytes) = status.and_then(|status| status.vmrss) {
            readings.put(&series::RESIDENT_MEMORY, float(kilobytes) * 1024.0);
        }
    }

    fn descriptors(&self, readings: &mut Readings) {
        let folder = self.own.join("fd");
        match open_descriptors(&folder) {
            Some(open) => readings.put(&series::OPEN_FDS, float(open)),
            None => readings.miss(&folder),
        }
        let limits = readings.file::<Limits>(&self.own.join("limits"));
        if let Some(LimitValue::Value(max)) = limits.map(|limits| limits.max_open_files.soft_limit)
        {
            readings.put(&series::MAX_FDS, float(max));
        }
    }

    fn network(&self, readings: &mut Readings) {
        let devices = readings.file::<InterfaceDeviceStatus>(&self.own.join("net/dev"));
        let Some(InterfaceDeviceStatus(devices)) = devices else { return };
        let outer = || devices.values().filter(|device| device.name != "lo");
        let received = outer().map(|device| device.recv_bytes).sum::<u64>();
        let sent = outer().map(|device| device.sent_bytes).sum::<u64>();
        readings.put(&series::NETWORK_RECEIVE, float(received));
        readings.put(&series::NETWORK_TRANSMIT, float(sent));
    }
}

/// Since Linux 6.2 the size of the folder is the number of its files. Else they are counted, without the descriptor that
/// reads the folder.
fn open_descriptors(folder: &Path) -> Option<u64> {
    match fs::metadata(folder).ok()?.len() {
        0 => Some(fs::read_dir(folder).ok()?.count().saturating_sub(1) as u64),
        size => Some(size),
    }
}

fn boot_time(path: &Path) -> Option<SystemTime> {
    // Only the time is taken, which none of these numbers changes.
    let system = ExplicitSystemInfo {
        boot_time_secs: 0,
        ticks_per_second: TICKS_PER_SECOND,
        page_size: 4096,
        is_little_endian: cfg!(target_endian = "little"),
    };
    let stats = <KernelStats as FromReadSI>::from_file(path, &system).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(stats.btime))
}

fn ticks(count: u64) -> Duration {
    Duration::from_millis(count.saturating_mul(1000 / TICKS_PER_SECOND))
}

#[expect(clippy::cast_precision_loss, reason = "a sample is a float")]
pub(super) const fn float(number: u64) -> f64 {
    number as f64
}
