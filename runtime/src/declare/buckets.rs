//! The boundaries of histograms: the defaults, and the rules that others have to follow.

/// Boundaries of request and call durations in seconds, from the OpenTelemetry semantic conventions for
/// HTTP metrics (<https://opentelemetry.io/docs/specs/semconv/http/http-metrics/>).
pub const DURATION_SECONDS: &[f64] =
    &[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// Boundaries of the durations of calls that last as long as a connection: one second to one day.
pub const LONG_SECONDS: &[f64] =
    &[1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 10800.0, 28800.0, 86400.0];

/// Boundaries of the durations of tool calls in seconds, from the OpenTelemetry semantic conventions for the Model Context
/// Protocol (<https://opentelemetry.io/docs/specs/semconv/gen-ai/mcp/>).
pub const TOOL_SECONDS: &[f64] =
    &[0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0];

/// Boundaries of the durations of sessions in seconds: those of the same conventions, continued to one day.
pub const SESSION_SECONDS: &[f64] = &[
    0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3600.0,
    10800.0, 28800.0, 86400.0,
];

/// Boundaries of sizes in bytes: powers of 4 from 256 B to 1 GiB.
pub const SIZE_BYTES: &[f64] = &[
    256.0,
    1_024.0,
    4_096.0,
    16_384.0,
    65_536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
    268_435_456.0,
    1_073_741_824.0,
];

/// The maximum number of boundaries of a histogram.
pub const MAX: usize = 64;

/// Whether `bounds` can be the boundaries of a histogram: 1 to [`MAX`] finite numbers in strictly ascending order.
pub const fn valid(bounds: &[f64]) -> bool {
    if bounds.is_empty() || bounds.len() > MAX {
        return false;
    }
    let mut i = 0;
    while i < bounds.len() {
        if !bounds[i].is_finite() || (i > 0 && bounds[i - 1] >= bounds[i]) {
            return false;
        }
        i += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_valid() {
        assert!(valid(DURATION_SECONDS));
        assert!(valid(LONG_SECONDS));
        assert!(valid(SIZE_BYTES));
    }

    #[test]
    fn refuses_bounds_that_are_not_sorted_finite_numbers() {
        for bounds in
            [&[][..], &[1.0, 1.0], &[2.0, 1.0], &[f64::NAN], &[1.0, f64::INFINITY], &[0.0; 65]]
        {
            assert!(!valid(bounds), "{bounds:?}");
        }
    }
}
