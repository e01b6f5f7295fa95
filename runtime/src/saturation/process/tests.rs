use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use super::linux::Files;
use super::readings::Readings;
use super::*;
use crate::declare::series::process as series;
use crate::expose::Format;
use crate::registry::Registry;

/// A folder that looks like the root of a file system, and is removed with this.
struct Root(PathBuf);

impl Root {
    fn with(files: &[(&str, &str)]) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("goldsignal-process-{}-{number}", std::process::id());
        let root = Self(std::env::temp_dir().join(name));
        root.put(files);
        root
    }

    fn put(&self, files: &[(&str, &str)]) {
        for (path, text) in files {
            let path = self.0.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    fn read(&self) -> Readings {
        Files::below(&self.0).read()
    }

    /// The files that are missing, relative to the root.
    fn missing(&self) -> Vec<String> {
        let prefix = format!("{}/", self.0.display());
        let missing = self.read().missing().into_iter();
        missing.map(|path| path.strip_prefix(&prefix).unwrap_or(&path).to_owned()).collect()
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const MOUNT_V2: &str = "25 23 0:22 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";

/// A container of Docker or Kubernetes that has a namespace of its own for control groups.
const CONTAINER_V2: &[(&str, &str)] = &[
    ("proc/self/cgroup", "0::/\n"),
    ("proc/self/mountinfo", MOUNT_V2),
    ("sys/fs/cgroup/memory.max", "536870912\n"),
    ("sys/fs/cgroup/memory.current", "402653184\n"),
    ("sys/fs/cgroup/memory.stat", "anon 300000000\ninactive_file 100000000\nactive_file 1\n"),
    ("sys/fs/cgroup/cpu.max", "150000 100000\n"),
    (
        "sys/fs/cgroup/cpu.stat",
        "usage_usec 9000000\nnr_periods 400\nnr_throttled 100\nthrottled_usec 2500000\n",
    ),
    ("sys/fs/cgroup/cpu.pressure", "some avg10=1.00 avg60=1.00 avg300=1.00 total=1500000\n"),
    (
        "sys/fs/cgroup/memory.pressure",
        "some avg10=0.00 avg60=0.00 avg300=0.00 total=3000000\n\
         full avg10=0.00 avg60=0.00 avg300=0.00 total=2000000\n",
    ),
    (
        "sys/fs/cgroup/io.pressure",
        "some avg10=0.00 avg60=0.00 avg300=0.00 total=250000\n\
         full avg10=0.00 avg60=0.00 avg300=0.00 total=125000\n",
    ),
];

#[track_caller]
fn assert_values(readings: &Readings, expected: &[(&BuiltInFamily, Option<f64>)]) {
    for (family, expected) in expected {
        let name = family.name(&crate::declare::MetricPrefix::NONE);
        assert_eq!(readings.value(family), *expected, "{name}");
    }
}

type BuiltInFamily = crate::declare::series::BuiltIn;

#[test]
fn a_container_of_version_2_has_limits_throttling_and_pressure() {
    let readings = Root::with(CONTAINER_V2).read();
    assert_values(
        &readings,
        &[
            (&series::MEMORY_LIMIT, Some(536_870_912.0)),
            (&series::MEMORY_USAGE, Some(402_653_184.0)),
            (&series::MEMORY_WORKING_SET, Some(302_653_184.0)),
            (&series::CPU_QUOTA, Some(1.5)),
            (&series::CPU_PERIODS, Some(400.0)),
            (&series::CPU_THROTTLED_PERIODS, Some(100.0)),
            (&series::CPU_THROTTLED, Some(2.5)),
            (&series::PRESSURE_CPU_WAITING, Some(1.5)),
            (&series::PRESSURE_MEMORY_WAITING, Some(3.0)),
            (&series::PRESSURE_MEMORY_STALLED, Some(2.0)),
            (&series::PRESSURE_IO_WAITING, Some(0.25)),
            (&series::PRESSURE_IO_STALLED, Some(0.125)),
        ],
    );
}

#[test]
fn the_limit_of_an_outer_group_is_told_with_the_usage_of_that_group() {
    let unit = "sys/fs/cgroup/system.slice/shop.service";
    let root = Root::with(&[
        ("proc/self/cgroup", "0::/system.slice/shop.service\n"),
        ("proc/self/mountinfo", MOUNT_V2),
        (&format!("{unit}/memory.max"), "max\n"),
        (&format!("{unit}/memory.current"), "5\n"),
        (&format!("{unit}/cpu.max"), "max 100000\n"),
        (&format!("{unit}/cpu.stat"), "usage_usec 1\n"),
        ("sys/fs/cgroup/system.slice/memory.max", "1000\n"),
        ("sys/fs/cgroup/system.slice/memory.current", "900\n"),
        ("sys/fs/cgroup/system.slice/memory.stat", "inactive_file 100\n"),
    ]);
    assert_values(
        &root.read(),
        &[
            (&series::MEMORY_LIMIT, Some(1000.0)),
            (&series::MEMORY_USAGE, Some(900.0)),
            (&series::MEMORY_WORKING_SET, Some(800.0)),
            (&series::CPU_QUOTA, None),
            (&series::CPU_PERIODS, None),
        ],
    );
    root.put(&[(&format!("{unit}/memory.max"), "10\n")]);
    assert_values(
        &root.read(),
        &[
            (&series::MEMORY_LIMIT, Some(10.0)),
            (&series::MEMORY_USAGE, Some(5.0)),
            (&series::MEMORY_WORKING_SET, None),
        ],
    );
}

#[test]
fn a_container_of_version_1_is_the_group_at_which_its_mounts_begin() {
    let group = "/kubepods/pod1/c1";
    let root = Root::with(&[
        (
            "proc/self/cgroup",
            &format!("5:memory:{group}\n4:cpu,cpuacct:{group}\n1:name=systemd:{group}\n0::/\n"),
        ),
        (
            "proc/self/mountinfo",
            &format!(
                "33 31 0:29 {group} /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct\n\
                 35 31 0:32 {group} /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n\
                 41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
            ),
        ),
        ("sys/fs/cgroup/memory/memory.limit_in_bytes", "1048576\n"),
        ("sys/fs/cgroup/memory/memory.usage_in_bytes", "1000000\n"),
        ("sys/fs/cgroup/memory/memory.stat", "inactive_file 7\ntotal_inactive_file 400000\n"),
        ("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "50000\n"),
        ("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n"),
        (
            "sys/fs/cgroup/cpu,cpuacct/cpu.stat",
            "nr_periods 10\nnr_throttled 4\nthrottled_time 1500000000\n",
        ),
        // Version 1 measures no pressure, so that of the machine is read.
        ("proc/pressure/cpu", "some avg10=0.00 avg60=0.00 avg300=0.00 total=4000000\n"),
    ]);
    assert_values(
        &root.read(),
        &[
            (&series::MEMORY_LIMIT, Some(1_048_576.0)),
            (&series::MEMORY_USAGE, Some(1_000_000.0)),
            (&series::MEMORY_WORKING_SET, Some(600_000.0)),
            (&series::CPU_QUOTA, Some(0.5)),
            (&series::CPU_PERIODS, Some(10.0)),
            (&series::CPU_THROTTLED_PERIODS, Some(4.0)),
            (&series::CPU_THROTTLED, Some(1.5)),
            (&series::PRESSURE_CPU_WAITING, Some(4.0)),
            (&series::PRESSURE_IO_WAITING, None),
        ],
    );
    root.put(&[
        ("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"),
        ("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n"),
    ]);
    let unlimited = [(&series::MEMORY_LIMIT, None), (&series::CPU_QUOTA, None)];
    assert_values(&root.read(), &unlimited);
}

#[test]
fn files_that_are_missing_or_unreadable_are_named_and_leave_their_families_out() {
    let root = Root::with(CONTAINER_V2);
    root.put(&[
        ("sys/fs/cgroup/memory.current", "not a number"),
        ("proc/self/stat", "garbage"),
        ("proc/self/limits", ""),
    ]);
    fs::remove_file(root.0.join("sys/fs/cgroup/io.pressure")).unwrap();
    fs::remove_file(root.0.join("sys/fs/cgroup/cpu.stat")).unwrap();
    let missing = root.missing();
    for file in ["proc/self/stat", "proc/self/fd", "proc/self/limits", "proc/self/net/dev"] {
        assert!(missing.iter().any(|one| one == file), "{file} in {missing:?}");
    }
    for file in ["sys/fs/cgroup/memory.current", "sys/fs/cgroup/cpu.stat", "proc/pressure/io"] {
        assert!(missing.iter().any(|one| one == file), "{file} in {missing:?}");
    }
    let left_out = [
        (&series::CPU_SECONDS, None),
        (&series::MEMORY_USAGE, None),
        (&series::CPU_QUOTA, Some(1.5)),
        (&series::CPU_PERIODS, None),
        (&series::PRESSURE_IO_WAITING, None),
        (&series::MEMORY_LIMIT, Some(536_870_912.0)),
    ];
    assert_values(&root.read(), &left_out);
    fs::remove_file(root.0.join("sys/fs/cgroup/cpu.max")).unwrap();
    assert!(root.missing().iter().any(|one| one == "sys/fs/cgroup/cpu.max"));
    let nothing = Root::with(&[]).missing();
    assert!(nothing.iter().any(|one| one == "the control group of memory"), "{nothing:?}");
}

#[test]
fn the_process_is_told_as_proc_has_it() {
    let root = Root::with(&[
        ("proc/stat", "cpu  1 1 1 1 1 1 1 0 0 0\nintr 1\nctxt 1\nbtime 1700000000\nprocesses 1\n"),
        (
            "proc/self/stat",
            "7 (a) b) R 1 7 7 0 -1 4194304 97 0 0 0 250 150 0 0 20 0 12 0 500 8192 2 184 1 1 0 0 0 0 0 0 0 \
             0 0 0 17 1 0 0 0 0 0 1 1 1 1 1 1 1 0\n",
        ),
        ("proc/self/fd/0", ""),
        (
            "proc/self/net/dev",
            "Inter-|   Receive\n face |bytes    packets\n\
             lo: 5 1 0 0 0 0 0 0 5 1 0 0 0 0 0 0\n\
             eth0: 70 1 0 0 0 0 0 0 90 1 0 0 0 0 0 0\n\
             eth1: 30 1 0 0 0 0 0 0 10 1 0 0 0 0 0 0\n",
        ),
    ]);
    let readings = root.read();
    assert_values(
        &readings,
        &[
            (&series::CPU_SECONDS, Some(4.0)),
            (&series::VIRTUAL_MEMORY, Some(8192.0)),
            (&series::THREADS, Some(12.0)),
            (&series::START_TIME, Some(1_700_000_005.0)),
            (&series::NETWORK_RECEIVE, Some(100.0)),
            (&series::NETWORK_TRANSMIT, Some(100.0)),
        ],
    );
}

/// Emulators such as qemu fill `/proc/self/stat` with zeros, so only what is true there, too, is asserted.
#[test]
fn this_process_is_exposed_once_in_both_formats() {
    let scope = crate::testing::scope();
    let registry: Registry = scope.registry();
    registry.attach(Process::current());
    registry.attach(Process::current());
    let text = registry.encode(Format::Text);
    for family in ["process_open_fds ", "process_max_fds ", "process_threads "] {
        assert_eq!(text.matches(&format!("\n{family}")).count(), 1, "{family}: {text}");
    }
    assert!(text.contains("# TYPE process_cpu_seconds_total counter\n"), "{text}");
    assert_eq!(registry.hidden_families(), []);
    let text = registry.encode(Format::OpenMetrics);
    assert!(text.contains("# UNIT process_cpu_seconds seconds\n"), "{text}");
    assert!(text.contains("\nprocess_cpu_seconds_created "), "{text}");
}
