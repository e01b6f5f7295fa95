//! The stack of a panic, as `RUST_BACKTRACE` asks for it.

use std::backtrace::Backtrace;
use std::env;

/// The most bytes that are written: about sixty frames.
const MOST: usize = 16 * 1024;

/// The stack of this thread, if `RUST_BACKTRACE` asks for it: without the frames of the panic itself
/// and of the thread's start, unless it is `full`.
pub(super) fn if_asked() -> Option<String> {
    let asked = env::var_os("RUST_BACKTRACE").filter(|value| value != "0")?;
    let whole = Backtrace::force_capture().to_string();
    let kept = if asked == "full" { whole.as_str() } else { short(&whole) };
    Some(bounded(kept).to_owned())
}

/// What is between the marks that the standard library calls for this purpose.
fn short(trace: &str) -> &str {
    let begin = trace.rfind("__rust_end_short_backtrace").map_or(trace, |mark| {
        // The frame with the mark may have a line with its place.
        let after = &trace[mark..];
        let mut frames = after.match_indices('\n').map(|(at, _)| &after[at + 1..]);
        frames.find(|rest| begins_frame(rest)).unwrap_or_default()
    });
    let end = begin.find("__rust_begin_short_backtrace");
    let kept = end.map_or(begin, |mark| {
        let before = &begin[..mark];
        &before[..before.rfind('\n').map_or(0, |end| end + 1)]
    });
    // Without symbols there are no marks, or only one.
    if kept.trim().is_empty() { trace } else { kept }
}

/// Whether the text begins with a frame's number, not with its place in the source.
fn begins_frame(text: &str) -> bool {
    let number = text.trim_start().split(':').next().unwrap_or_default();
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// As many whole lines as fit.
fn bounded(trace: &str) -> &str {
    let Some(most) = trace.as_bytes().get(..MOST) else { return trace.trim_end() };
    let end = most.iter().rposition(|byte| *byte == b'\n').unwrap_or(0);
    trace.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frames_of_the_service_are_kept() {
        let trace = "   0: std::backtrace::Backtrace::force_capture\n   1: std::sys::backtrace::__rust_end_short_backtrace\n             \
            at /rustc/x.rs:1:2\n   2: core::panicking::panic_fmt\n   3: shop::order\n             at src/main.rs:9:5\n   \
            4: std::sys::backtrace::__rust_begin_short_backtrace\n   5: main\n";
        let expected = "   2: core::panicking::panic_fmt\n   3: shop::order\n             at src/main.rs:9:5\n";
        assert_eq!(short(trace), expected);
        let unknown = "   0: <unknown>\n   1: <unknown>\n";
        assert_eq!(short(unknown), unknown);
        assert_eq!(
            short("   0: a::__rust_end_short_backtrace\n"),
            "   0: a::__rust_end_short_backtrace\n"
        );
    }

    #[test]
    fn a_deep_stack_is_bounded() {
        let deep = "   7: shop::recursion\n".repeat(5000);
        assert!(bounded(&deep).len() <= MOST && bounded(&deep).ends_with("recursion"));
        assert_eq!(bounded("x\n"), "x");
    }
}
