//! The metrics of the process agree with what the operating system says otherwise.
#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, SystemTime};

use goldsignal::Registry;
use goldsignal::bridge::prometheus::attach;
use goldsignal::expose::Format;
use goldsignal::saturation::process::Process;
use goldsignal::testing::{Scope, scope};
use goldsignal_tests::in_own_process;
use prometheus::IntGauge;

/// The bytes that a test allocates.
const BLOCK: u32 = 64 << 20;

fn scope_with_process() -> Scope {
    let scope = scope();
    scope.registry().attach(Process::current());
    scope
}

fn value(scope: &Scope, name: &str) -> f64 {
    scope.value(name, &[]).unwrap_or_else(|| panic!("no `{name}`"))
}

#[track_caller]
fn assert_near(actual: f64, expected: f64, by: f64) {
    assert!((actual - expected).abs() <= by, "{actual}, not {expected}");
}

#[test]
fn descriptors_threads_and_limits_are_those_of_this_process() {
    in_own_process(|| {
        let scope = scope_with_process();
        let (open, threads) = (value(&scope, "process_open_fds"), value(&scope, "process_threads"));
        let files: Vec<_> = (0..25).map(|_| File::open("/dev/null").unwrap()).collect();
        let (stop, stopped) = channel::<()>();
        let thread = thread::spawn(move || stopped.recv());
        assert_near(value(&scope, "process_open_fds"), open + 25.0, 0.0);
        assert_near(value(&scope, "process_threads"), threads + 1.0, 0.0);
        drop((files, stop));
        let _ = thread.join();
        assert_near(value(&scope, "process_open_fds"), open, 0.0);
        let (_, hard) = rlimit::Resource::NOFILE.get().unwrap();
        rlimit::Resource::NOFILE.set(500, hard).unwrap();
        assert_near(value(&scope, "process_max_fds"), 500.0, 0.0);
    });
}

#[test]
fn times_and_memory_are_those_of_this_process() {
    in_own_process(|| {
        let scope = scope_with_process();
        // The kernel counts the time of processes in hundredths of a second for `/proc`.
        let spent = || {
            let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
            // SAFETY: `time` is valid for writes, and the clock exists on every Linux.
            #[expect(unsafe_code, reason = "the clock of the process is no part of std")]
            let result =
                unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &raw mut time) };
            assert_eq!(result, 0);
            let (seconds, nanoseconds) = (u64::try_from(time.tv_sec), u32::try_from(time.tv_nsec));
            Duration::new(seconds.unwrap(), nanoseconds.unwrap()).as_secs_f64()
        };
        while spent() < 0.05 {}
        let before = spent();
        let seconds = value(&scope, "process_cpu_seconds_total");
        assert!((before - 0.05..spent() + 0.05).contains(&seconds), "{seconds}, not {before}");

        let resident = || value(&scope, "process_resident_memory_bytes");
        let before = resident();
        let block = vec![1_u8; BLOCK as usize];
        assert_near(resident() - before, f64::from(BLOCK), f64::from(8 << 20));
        let virtual_memory = value(&scope, "process_virtual_memory_bytes");
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmSize:")).unwrap();
        let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse().unwrap();
        assert_near(virtual_memory, kilobytes * 1024.0, f64::from(8 << 20));
        drop(block);

        let now = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs_f64();
        assert_near(value(&scope, "process_start_time_seconds"), now - 1.0, 3.0);
    });
}

/// The `prometheus` crate has a collector with these names. Who came first is exposed, and the other is reported.
#[test]
fn another_collector_of_the_process_is_hidden_or_hides_ours() {
    let theirs = prometheus::Registry::new();
    let open = IntGauge::new("process_open_fds", "Number of open file descriptors.").unwrap();
    open.set(-7);
    theirs.register(Box::new(open)).unwrap();

    let scope = scope();
    let registry: Registry = scope.registry();
    registry.attach(Process::current());
    attach(&registry, theirs.clone());
    let [hidden] = &registry.hidden_families()[..] else { panic!("one is hidden") };
    assert_eq!(
        (hidden.name.as_str(), hidden.reason.as_str()),
        ("process_open_fds", "the name is taken by the process",)
    );
    assert!(!registry.encode(Format::Text).contains("process_open_fds -7\n"));
    scope.assert("goldsignal_hidden_families", &[], 1.0);
    drop(scope);

    let scope = goldsignal::testing::scope();
    attach(&scope.registry(), theirs);
    scope.registry().attach(Process::current());
    let [hidden] = &scope.registry().hidden_families()[..] else { panic!("one is hidden") };
    assert_eq!(hidden.source, "the process");
    scope.assert("process_open_fds", &[], -7.0);
}
