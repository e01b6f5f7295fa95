//! The families of the process and of what its container may use.
//!
//! `process_*` are the names that all client libraries of Prometheus use
//! (<https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics>); `process_threads` and the bytes of
//! the network are named as in `client_java`, `node_exporter` and `client_golang`.
//!
//! No client library names what a control group allows. `process_cgroup_*` have the names of cAdvisor (`container_*`)
//! behind another prefix: cAdvisor exposes the same numbers, and sums over `container_*` would count them twice. The
//! semantic conventions of OpenTelemetry call them `container.memory.usage`, `container.memory.working_set`,
//! `k8s.container.memory.limit` and `k8s.container.cpu.limit`. Pressure is named as in `node_exporter`
//! (`node_pressure_*`) and cAdvisor (`container_pressure_*`).
//!
//! ```
//! use goldsignal::MetricPrefix;
//! use goldsignal::declare::series::process;
//!
//! assert_eq!(process::OPEN_FDS.name(&MetricPrefix::NONE), "process_open_fds");
//! ```

use super::{BuiltIn, Name};
use crate::declare::family::Kind;

/// CPU time of the process.
pub const CPU_SECONDS: BuiltIn = BuiltIn {
    name: Name::Fixed("process_cpu_seconds_total"),
    help: "Total user and system CPU time spent in seconds.",
    kind: Kind::Counter,
    unit: "seconds",
    labels: &[],
};

/// Memory of the process that is in the machine's memory.
pub const RESIDENT_MEMORY: BuiltIn = BuiltIn {
    name: Name::Fixed("process_resident_memory_bytes"),
    help: "Resident memory size in bytes.",
    kind: Kind::Gauge,
    unit: "bytes",
    labels: &[],
};

/// The address space of the process.
pub const VIRTUAL_MEMORY: BuiltIn = BuiltIn {
    name: Name::Fixed("process_virtual_memory_bytes"),
    help: "Virtual memory size in bytes.",
    kind: Kind::Gauge,
    unit: "bytes",
    labels: &[],
};

/// Open file descriptors.
pub const OPEN_FDS: BuiltIn = BuiltIn {
    name: Name::Fixed("process_open_fds"),
    help: "Number of open file descriptors.",
    kind: Kind::Gauge,
    unit: "",
    labels: &[],
};

/// The most file descriptors that may be open. Absent where there is no limit.
pub const MAX_FDS: BuiltIn = BuiltIn {
    name: Name::Fixed("process_max_fds"),
    help: "Maximum number of open file descriptors.",
    kind: Kind::Gauge,
    unit: "",
    labels: &[],
};

/// Threads of the process.
pub const THREADS: BuiltIn = BuiltIn {
    name: Name::Fixed("process_threads"),
    help: "Number of threads of the process.",
    kind: Kind::Gauge,
    unit: "",
    labels: &[],
};

/// When the process started.
pub const START_TIME: BuiltIn = BuiltIn {
    name: Name::Fixed("process_start_time_seconds"),
    help: "Start time of the process since unix epoch in seconds.",
    kind: Kind::Gauge,
    unit: "seconds",
    labels: &[],
};

/// Bytes that were received. Linux counts them for the network namespace, which is that of the pod or the machine.
pub const NETWORK_RECEIVE: BuiltIn = BuiltIn {
    name: Name::Fixed("process_network_receive_bytes_total"),
    help: "Number of bytes received by the process over the network: by its network namespace, without loopback.",
    kind: Kind::Counter,
    unit: "bytes",
    labels: &[],
};

/// Bytes that were sent, of the network namespace.
pub const NETWORK_TRANSMIT: BuiltIn = BuiltIn {
    name: Name::Fixed("process_network_transmit_bytes_total"),
    help: "Number of bytes sent by the process over the network: by its network namespace, without loopback.",
    kind: Kind::Counter,
    unit: "bytes",
    labels: &[],
};

/// The memory that the container may use. Absent where there is no limit.
pub const MEMORY_LIMIT: BuiltIn = BuiltIn {
    name: Name::Fixed("process_cgroup_memory_limit_bytes"),
    help: "Memory limit of the control group of the process.",
    kind: Kind::Gauge,
    unit: "bytes",
    labels: &[],
};

/// The memory that the container uses, with the cache of files.
pub const MEMORY_USAGE: BuiltIn = BuiltIn {
    name: Name::Fixed("process_cgroup_memory_usage_bytes"),
    help: "Memory that the control group of the process uses, with the cache of files.",
    kind: Kind::Gauge,
    unit: "bytes",
    labels: &[],
};

/// The memory that the container uses and the kernel cannot take back at once: the kubelet evicts by it.
pub const MEMORY_WORKING_SET: BuiltIn = BuiltIn {
    name: Name::Fixed("process_cgroup_memory_working_set_bytes"),
    help: "Memory that the control group of the process uses, without the inactive cache of files.",
    kind: Kind::Gauge,
    unit: "bytes",
    labels: &[],
};

/// The CPUs that the container may use. Absent where there is no limit.
pub const CPU_QUOTA: BuiltIn = BuiltIn {
    name: Name::Fixed("process_cgroup_cpu_quota_cores"),
    help: "CPU cores that the control group of the process may use.",
    kind: Kind::Gauge,
    unit: "cores",
    labels: &[],
};

/// Periods in which the container ran, of those that the quota is for.
pub const CPU_PERIODS: BuiltIn = BuiltIn {
    name: Name::Fixed("process_cgroup_cpu_cfs_periods_total"),
    help: "Elapsed periods of the CPU quota of the control group.",
    kind: Kind::Counter,
    unit: "",
    labels: &[],
};

/// Periods in which the container had used its quota up.
pub const CPU_THROTTLED_PERIODS: BuiltIn = BuiltIn {
    name: Name::Fixed("process_cgroup_cpu_cfs_throttled_periods_total"),
    help: "Periods in which the control group had used its CPU quota up and had to wait.",
    kind: Kind::Counter,
    unit: "",
    labels: &[],
};

/// The time for which runnable threads had to wait for the next period.
pub const CPU_THROTTLED: BuiltIn = BuiltIn {
    name: Name::Fixed("process_cgroup_cpu_cfs_throttled_seconds_total"),
    help: "Time for which the control group had to wait because its CPU quota was used up.",
    kind: Kind::Counter,
    unit: "seconds",
    labels: &[],
};

/// The time in which some threads waited for a CPU.
pub const PRESSURE_CPU_WAITING: BuiltIn = BuiltIn {
    name: Name::Fixed("process_pressure_cpu_waiting_seconds_total"),
    help: "Time in which some threads waited for a CPU, in the control group or else on the machine.",
    kind: Kind::Counter,
    unit: "seconds",
    labels: &[],
};

/// The time in which some threads waited for memory.
pub const PRESSURE_MEMORY_WAITING: BuiltIn = BuiltIn {
    name: Name::Fixed("process_pressure_memory_waiting_seconds_total"),
    help: "Time in which some threads waited for memory, in the control group or else on the machine.",
    kind: Kind::Counter,
    unit: "seconds",
    labels: &[],
};

/// The time in which no thread ran because all waited for memory.
pub const PRESSURE_MEMORY_STALLED: BuiltIn = BuiltIn {
    name: Name::Fixed("process_pressure_memory_stalled_seconds_total"),
    help: "Time in which all threads waited for memory, in the control group or else on the machine.",
    kind: Kind::Counter,
    unit: "seconds",
    labels: &[],
};

/// The time in which some threads waited for input or output.
pub const PRESSURE_IO_WAITING: BuiltIn = BuiltIn {
    name: Name::Fixed("process_pressure_io_waiting_seconds_total"),
    help: "Time in which some threads waited for disks, in the control group or else on the machine.",
    kind: Kind::Counter,
    unit: "seconds",
    labels: &[],
};

/// The time in which no thread ran because all waited for input or output.
pub const PRESSURE_IO_STALLED: BuiltIn = BuiltIn {
    name: Name::Fixed("process_pressure_io_stalled_seconds_total"),
    help: "Time in which all threads waited for disks, in the control group or else on the machine.",
    kind: Kind::Counter,
    unit: "seconds",
    labels: &[],
};

/// All of them.
#[cfg(any(feature = "operate", feature = "page"))]
pub(crate) const ALL: [&BuiltIn; 21] = [
    &CPU_SECONDS,
    &RESIDENT_MEMORY,
    &VIRTUAL_MEMORY,
    &OPEN_FDS,
    &MAX_FDS,
    &THREADS,
    &START_TIME,
    &NETWORK_RECEIVE,
    &NETWORK_TRANSMIT,
    &MEMORY_LIMIT,
    &MEMORY_USAGE,
    &MEMORY_WORKING_SET,
    &CPU_QUOTA,
    &CPU_PERIODS,
    &CPU_THROTTLED_PERIODS,
    &CPU_THROTTLED,
    &PRESSURE_CPU_WAITING,
    &PRESSURE_MEMORY_WAITING,
    &PRESSURE_MEMORY_STALLED,
    &PRESSURE_IO_WAITING,
    &PRESSURE_IO_STALLED,
];
