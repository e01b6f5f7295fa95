//! The processor's counter of time: whether it is reliable, its rate, and how it is read.
//!
//! The code is our own because it is a few lines for two instructions. A library for all processors needed four crates,
//! and took a sixth of the time that goldsignal adds to a clean build.

/// The counter's ticks. Only called where there is a [`scale`].
#[cfg(target_arch = "x86_64")]
#[inline]
#[expect(unsafe_code, reason = "an instruction")]
pub(super) fn read() -> u64 {
    // SAFETY: every x86-64 processor has the instruction. It returns a number and accesses no memory.
    unsafe { std::arch::x86_64::_rdtsc() }
}

/// The duration of 2³² ticks in nanoseconds; `None` if the counter's rate changes or it stops.
#[cfg(target_arch = "x86_64")]
pub(super) fn scale() -> Option<u64> {
    // AMD and Intel call it "invariant TSC": its rate does not depend on the processor's power states.
    const POWER: u32 = 0x8000_0007;
    const INVARIANT: u32 = 1 << 8;
    let known = cpuid(0x8000_0000).eax >= POWER;
    (known && cpuid(POWER).edx & INVARIANT != 0).then(measured::scale)
}

#[cfg(target_arch = "x86_64")]
#[expect(unsafe_code, reason = "an instruction")]
#[allow(unused_unsafe, reason = "the function is unsafe before rustc 1.94")]
fn cpuid(leaf: u32) -> std::arch::x86_64::CpuidResult {
    // SAFETY: every x86-64 processor has the instruction. It gives numbers and touches no memory.
    unsafe { std::arch::x86_64::__cpuid(leaf) }
}

/// The counter's ticks. Only called where there is a [`scale`].
#[cfg(all(target_arch = "aarch64", not(target_os = "ios")))]
#[inline]
#[expect(unsafe_code, reason = "an instruction")]
pub(super) fn read() -> u64 {
    let ticks: u64;
    // SAFETY: every system lets programs read this register, as its own clock does in user space. The instruction
    // accesses no memory, stack or flags.
    unsafe {
        std::arch::asm!("mrs {}, cntvct_el0", out(reg) ticks, options(nomem, nostack, preserves_flags));
    }
    ticks
}

/// The duration of 2³² ticks in nanoseconds: a register has the counter's rate.
#[cfg(all(target_arch = "aarch64", not(target_os = "ios")))]
#[expect(unsafe_code, reason = "an instruction")]
pub(super) fn scale() -> Option<u64> {
    let per_second: u64;
    // SAFETY: as in `read`.
    unsafe {
        std::arch::asm!("mrs {}, cntfrq_el0", out(reg) per_second, options(nomem, nostack, preserves_flags));
    }
    // The firmware sets the register. It is zero if the firmware did not.
    u64::try_from((1_000_000_000_u128 << 32).checked_div(per_second.into())?).ok()
}

/// There is no counter that is known to be reliable.
#[cfg(not(any(target_arch = "x86_64", all(target_arch = "aarch64", not(target_os = "ios")))))]
pub(super) const fn read() -> u64 {
    0
}

/// There is no counter that is known to be reliable.
#[cfg(not(any(target_arch = "x86_64", all(target_arch = "aarch64", not(target_os = "ios")))))]
pub(super) const fn scale() -> Option<u64> {
    None
}

/// Measures the rate of a counter against the system's clock, as the processor does not state it.
#[cfg(target_arch = "x86_64")]
mod measured {
    use std::time::{Duration, Instant};

    /// How long it measures. Reading both clocks at once is exact to some 20 ns, so the rate is exact to 20 ppm.
    const HELD: Duration = Duration::from_millis(2);

    pub(super) fn scale() -> u64 {
        let (first, start) = both();
        while start.elapsed() < HELD {
            std::hint::spin_loop();
        }
        let (last, end) = both();
        let ticks = u128::from(last.saturating_sub(first)).max(1);
        u64::try_from((end.duration_since(start).as_nanos() << 32) / ticks).unwrap_or(u64::MAX)
    }

    /// Reads both clocks at once. It returns the fastest of several attempts, as the others were interrupted.
    fn both() -> (u64, Instant) {
        let reading = || {
            let (before, now, after) = (super::read(), Instant::now(), super::read());
            let between = after.saturating_sub(before);
            (between, before + between / 2, now)
        };
        let first = reading();
        let least = (0..16)
            .map(|_| reading())
            .fold(first, |least, reading| if reading.0 < least.0 { reading } else { least });
        (least.1, least.2)
    }
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::measured::scale;

    #[test]
    fn two_measurements_of_the_rate_agree() {
        let (one, other) = (scale(), scale());
        assert!(one.abs_diff(other) < one / 1000, "{one} and {other} ns in 2³² ticks");
    }
}
