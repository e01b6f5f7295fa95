//! Faults of the process and of its runtimes, planted while an incident is played live.

use std::fs::{self, File};
use std::thread;
use std::time::Duration;

use goldsignal::Telemetry;
use goldsignal::saturation::process::Process;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use crate::incident::Besides;

/// The descriptors that this process may open, and those that leak.
const MAX_DESCRIPTORS: u64 = 4096;
const LEAKED: usize = 3500;

/// The memory limit, what is used at first, and what is used when it leaks, in bytes.
const LIMIT: u64 = 1_000_000_000;
const USED: u64 = 500_000_000;
const USED_UP: u64 = 910_000_000;
const LEAK_A_SECOND: u64 = 40_000;

/// What is planted: files that look like those of a container, a runtime, or descriptors.
pub(crate) struct Saturated {
    besides: Besides,
    container: TempDir,
    runtime: Option<Runtime>,
    leaked: Vec<File>,
}

impl Saturated {
    /// What is healthy at first. `None` if nothing of this kind happens.
    pub(crate) fn of(besides: Besides, telemetry: &Telemetry) -> Option<Self> {
        let container = tempfile::tempdir().unwrap();
        let mut runtime = None;
        match besides {
            Besides::LeakedMemory | Besides::Throttled => {
                write_container(&container, USED, 0, 0);
                telemetry.registry().attach(Process::below(container.path()));
            }
            Besides::LeakedDescriptors => {
                let (_, hard) = rlimit::Resource::NOFILE.get().unwrap();
                rlimit::Resource::NOFILE.set(MAX_DESCRIPTORS.min(hard), hard).unwrap();
                telemetry.registry().attach(Process::current());
            }
            Besides::FullBlockingPool | Besides::BlockedRuntime => {
                let jobs =
                    Builder::new_multi_thread().worker_threads(1).max_blocking_threads(1).build();
                let jobs = runtime.insert(jobs.unwrap());
                telemetry.runtime("jobs", jobs.handle().clone());
            }
            _ => return None,
        }
        Some(Self { besides, container, runtime, leaked: Vec::new() })
    }

    /// What has happened when the incident is `since` old.
    pub(crate) fn happen(&mut self, since: Duration) {
        let seconds = since.as_secs();
        match self.besides {
            Besides::LeakedMemory => {
                write_container(&self.container, USED_UP + LEAK_A_SECOND * seconds, 0, 0);
            }
            // Every second period of a tenth of a second is too short.
            Besides::Throttled => {
                write_container(&self.container, USED, 10 * seconds, 5 * seconds);
            }
            Besides::LeakedDescriptors if self.leaked.is_empty() => {
                self.leaked = (0..LEAKED).map(|_| File::open("/dev/null").unwrap()).collect();
            }
            Besides::FullBlockingPool | Besides::BlockedRuntime if self.leaked.is_empty() => {
                self.leaked.push(File::open("/dev/null").unwrap());
                let jobs = self.runtime.as_ref().unwrap();
                if self.besides == Besides::FullBlockingPool {
                    jobs.spawn_blocking(|| thread::sleep(Duration::from_mins(5)));
                } else {
                    jobs.spawn(async {
                        loop {
                            thread::sleep(Duration::from_secs(20));
                            tokio::task::yield_now().await;
                        }
                    });
                }
            }
            _ => {}
        }
    }
}

impl Drop for Saturated {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// The files of a container that may use one CPU.
fn write_container(container: &TempDir, memory: u64, periods: u64, throttled: u64) {
    let stat =
        format!("nr_periods {periods}\nnr_throttled {throttled}\nthrottled_usec {throttled}\n");
    let mount = "25 23 0:22 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n".to_owned();
    for (path, text) in [
        ("proc/self/cgroup", "0::/\n".to_owned()),
        ("proc/self/mountinfo", mount),
        ("sys/fs/cgroup/memory.max", LIMIT.to_string()),
        ("sys/fs/cgroup/memory.current", memory.to_string()),
        ("sys/fs/cgroup/memory.stat", "inactive_file 0\n".to_owned()),
        ("sys/fs/cgroup/cpu.max", "100000 100000\n".to_owned()),
        ("sys/fs/cgroup/cpu.stat", stat),
    ] {
        // A scrape reads either the old file or the new one.
        let (path, new) = (container.path().join(path), container.path().join("new"));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&new, text).unwrap();
        fs::rename(new, path).unwrap();
    }
}
