//! A sample that would spoil a sum for ever is refused and counted. The next good sample is counted
//! as usual.

use goldsignal::expose::Format;
use goldsignal::testing::{Scope, scope};
use goldsignal::{Counter, Gauge, Histogram, Metrics, business_counter};

/// Metrics of these tests.
#[derive(Metrics)]
#[metrics(prefix = "numbers_")]
struct Tested {
    /// Sizes.
    #[metric(unit = "bytes", buckets = [1, 10])]
    size_bytes: Histogram,
    /// A level.
    level: Gauge,
    /// What was paid.
    paid_total: Counter,
}

const NOT_FINITE: [f64; 3] = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];

fn refused(scope: &Scope, expected: f64) {
    scope.assert("goldsignal_not_a_number_total", &[], expected);
}

#[test]
fn a_histogram_stays_finite() {
    let scope = scope();
    scope.in_scope(|| {
        let size = &Tested::get().size_bytes;
        size.observe(2.0);
        for value in NOT_FINITE {
            size.observe(value);
        }
        size.observe(f32::INFINITY);
        size.observe(3.0);
    });
    scope.assert("numbers_size_bytes_sum", &[], 5.0);
    scope.assert("numbers_size_bytes_count", &[], 2.0);
    let text = scope.registry().encode(Format::Text);
    assert!(text.contains("numbers_size_bytes_bucket{le=\"+Inf\"} 2\n"), "{text}");
    refused(&scope, 4.0);
}

#[test]
fn a_sum_does_not_overflow() {
    let scope = scope();
    scope.in_scope(|| {
        for value in [f64::MAX, f64::MAX, 1.0] {
            Tested::get().size_bytes.observe(value);
        }
    });
    scope.assert("numbers_size_bytes_sum", &[], f64::MAX);
    scope.assert("numbers_size_bytes_count", &[], 2.0);
    refused(&scope, 1.0);
}

/// Each thread adds to a sum of its own, so none of these overflows alone.
#[test]
fn the_sums_of_threads_do_not_overflow_together() {
    let scope = scope();
    let handle = scope.handle();
    std::thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| handle.in_scope(|| Tested::get().size_bytes.observe(f64::MAX)));
        }
    });
    scope.assert("numbers_size_bytes_sum", &[], f64::MAX);
}

#[test]
fn a_gauge_is_not_spoiled_by_an_add() {
    let scope = scope();
    scope.in_scope(|| {
        let level = &Tested::get().level;
        level.set(2);
        for value in NOT_FINITE {
            level.add(value);
        }
        level.add(1);
        assert_eq!(level.get().to_bits(), 3_f64.to_bits());
        // A set is overwritten by the next one, so it takes what Prometheus takes.
        level.set(f64::NAN);
        assert!(level.get().is_nan());
        level.inc();
        level.set(f64::MAX);
        level.add(f64::MAX);
    });
    scope.assert("numbers_level", &[], f64::MAX);
    refused(&scope, 5.0);
}

#[business_counter(Tested::paid_total, by = amount)]
fn pay(amount: i32) {
    let _ = amount;
}

#[test]
fn a_counter_does_not_fall() {
    let scope = scope();
    scope.in_scope(|| [5, -3, 2].into_iter().for_each(pay));
    scope.assert("numbers_paid_total", &[], 7.0);
    refused(&scope, 1.0);
}
