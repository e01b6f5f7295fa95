//! The processor's counter of time: whether it can be trusted, how fast it counts, and how it is read.
//!
//! A few lines for two instructions, where a library for all processors brought four crates, a sixth of what goldsignal
//! added to the time of a clean build.

/// The counter's ticks. Only called where there is a [`scale`].
#[cfg(target_arch = "x86_64")]
#[inline]
#[expect(unsafe_code, reason = "an instruction")]
pub(super) fn read() -> u64 {
    // SAFETY: every x86-64 processor has the instruction. It gives a number and touches no memory.
    unsafe { std::arch::x86_64::_rdtsc() }
}

/// How many nanoseconds 2³² ticks are; `None` where the counter changes its pace or stops.
#[cfg(target_arch = "x86_64")]
pub(super) fn scale() -> Option<u64> {
    // What AMD and Intel call "invariant TSC": one pace, whatever the processor saves power by.
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
    // SAFETY: every system lets programs read the register: its own clock does. Nothing else is touched.
    unsafe {
        std::arch::asm!("mrs {}, cntvct_el0", out(reg) ticks, options(nomem, nostack, preserves_flags));
    }
    ticks
}

/// How many nanoseconds 2³² ticks are: the processor says how fast it counts.
#[cfg(all(target_arch = "aarch64", not(target_os = "ios")))]
#[expect(unsafe_code, reason = "an instruction")]
pub(super) fn scale() -> Option<u64> {
    let per_second: u64;
    // SAFETY: as in `read`.
    unsafe {
        std::arch::asm!("mrs {}, cntfrq_el0", out(reg) per_second, options(nomem, nostack, preserves_flags));
    }
    // Firmware that forgot to say it leaves zero.
    u64::try_from((1_000_000_000_u128 << 32).checked_div(per_second.into())?).ok()
}

/// There is none.
#[cfg(not(any(target_arch = "x86_64", all(target_arch = "aarch64", not(target_os = "ios")))))]
pub(super) const fn read() -> u64 {
    0
}

/// There is none.
#[cfg(not(any(target_arch = "x86_64", all(target_arch = "aarch64", not(target_os = "ios")))))]
pub(super) const fn scale() -> Option<u64> {
    None
}

/// How fast a counter counts that does not say it: held against the system's clock for a moment.
#[cfg(target_arch = "x86_64")]
mod measured {
    use std::time::{Duration, Instant};

    /// Both clocks agree to some 20 ns at either end: over this time, to some 20 in a million.
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

    /// Readings of both clocks at one time: of some, those with the least between them, as others were interrupted.
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
    fn the_counter_is_found_to_have_one_pace() {
        let (one, other) = (scale(), scale());
        assert!(one.abs_diff(other) < one / 1000, "{one} and {other} ns in 2³² ticks");
    }
}
