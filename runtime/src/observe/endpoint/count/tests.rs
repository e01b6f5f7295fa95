use super::*;
use crate::declare::SourceLocation;
use crate::observe::endpoint::intern;
use crate::record::ambient::StoreRef;

/// A request of 3 seconds; its head was sent after `head` nanoseconds.
fn ending(head: u64, received: u64) -> Ending {
    let transfer = TransferStats { head: Some(head), received: Some(received), sent: Some(300) };
    let (status, outcome, sampled) = (200, Outcome::Ok, None);
    Ending { elapsed: 3_000_000_000, status, outcome, transfer, sampled }
}

fn counts(histogram: Histogram, store: &Store) -> (Vec<u64>, u64) {
    let mut counts = vec![0; histogram.buckets];
    histogram.counts(store, &mut counts);
    (counts, store.sum(histogram.sum()))
}

/// How many ends took the fast path.
fn on_fast_path(endpoint: &Endpoint, store: &Store) -> u64 {
    let cells = endpoint.cells().unwrap();
    cells.ended(store, FAST_PATH_KIND) - store.sum(cells.end_kind(FAST_PATH_KIND))
}

/// The fast path writes fewer cells. What is read from them does not show which path it was.
#[test]
fn an_end_counts_the_same_on_both_paths() {
    let scope = StoreRef::scoped();
    let store = scope.get();
    let added = |path, first: &Ending| {
        let endpoint = intern("GET", path);
        // The fast path is that of the first kind of end, once there was one.
        endpoint.end(store, first);
        let Measures { received, sent, duration } = endpoint.cells().unwrap().measures();
        let all = [received, sent, duration, endpoint.cells().unwrap().head()];
        let read = || all.map(|histogram| counts(histogram, store));
        let before = read();
        endpoint.end(store, &ending(2_999_999_999, 0));
        let added = before.into_iter().zip(read()).map(|((before, sum), (after, new_sum))| {
            let buckets = after.iter().zip(before).map(|(after, before)| after - before);
            (buckets.collect::<Vec<_>>(), new_sum - sum)
        });
        (on_fast_path(endpoint, store), added.collect::<Vec<_>>())
    };
    let other = Ending { status: 404, outcome: Outcome::ClientError, ..ending(1, 0) };
    let (fast, on_fast_path) = added("/count/fast", &ending(1, 0));
    let (slow, by_parts) = added("/count/slow", &other);
    assert_eq!((fast, slow), (1, 0));
    assert_eq!(on_fast_path, by_parts);
    let sums: Vec<_> = by_parts.iter().map(|(_, sum)| *sum).collect();
    assert_eq!(sums, [0, 300, 3_000_000_000, 2_999_999_999]);
    assert!(by_parts.iter().all(|(buckets, _)| buckets.iter().sum::<u64>() == 1));
}

#[test]
fn only_a_usual_end_takes_the_fast_path() {
    let endpoint = intern("GET", "/count/usual");
    let scope = StoreRef::scoped();
    let store = scope.get();
    let usual = ending(2_999_999_999, 0);
    endpoint.end(store, &usual);
    endpoint.end(store, &usual);
    assert_eq!(on_fast_path(endpoint, store), 1);
    // Its head falls into an earlier bucket; it had a body; it has no head; it is sampled.
    endpoint.end(store, &ending(1_000, 0));
    endpoint.end(store, &ending(2_999_999_999, 10));
    let transfer = TransferStats { head: None, ..usual.transfer };
    endpoint.end(store, &Ending { transfer, ..usual });
    let sampled = Some(Origin { trace_id: 7, span_id: 8 });
    endpoint.end(store, &Ending { sampled, ..usual });
    assert_eq!(on_fast_path(endpoint, store), 1);
    let cells = endpoint.cells().unwrap();
    assert_eq!(cells.ended(store, FAST_PATH_KIND), 6);
    let (received, sum) = counts(cells.measures().received, store);
    assert_eq!((received.iter().sum::<u64>(), sum), (6, 10));
    let duration = cells.measures().duration;
    let exemplars = store.exemplars(duration.bucket(0), duration.buckets);
    let spans: Vec<_> = exemplars.iter().flatten().map(|one| one.origin.span_id).collect();
    assert_eq!(spans, [8]);
}

#[test]
fn a_cut_end_has_no_duration() {
    let endpoint = intern("GET", "/count/cut");
    let scope = StoreRef::scoped();
    let store = scope.get();
    let cancelled = Ending { status: 0, outcome: Outcome::Cancelled, ..ending(1, 0) };
    for _ in 0..2 {
        endpoint.end(store, &cancelled);
    }
    let cells = endpoint.cells().unwrap();
    assert_eq!(cells.ended(store, FAST_PATH_KIND), 2);
    assert!(counts(cells.measures().duration, store).0.iter().all(|count| *count == 0));
}

#[test]
fn a_long_handler_has_no_latency() {
    static LONG: Operation = Operation::new("long", SourceLocation::new("count.rs", 1, "m")).long();
    let endpoint = intern("GET", "/count/long");
    let scope = StoreRef::scoped();
    let store = scope.get();
    assert!(endpoint.adopt(&LONG, store));
    for _ in 0..2 {
        endpoint.end(store, &ending(2_999_999_999, 0));
    }
    let cells = endpoint.cells().unwrap();
    assert_eq!(cells.ended(store, FAST_PATH_KIND), 2);
    let none = |histogram| counts(histogram, store).0.iter().all(|count| *count == 0);
    assert!(none(cells.measures().duration) && none(cells.head()));
    assert_eq!(counts(cells.measures().sent, store).1, 600);
}

#[test]
fn the_operation_of_an_endpoint_decides_on_its_buckets() {
    const OPERATION: Operation =
        Operation::new("bounded", SourceLocation::new("count.rs", 2, "m")).buckets(&[0.5, 2.0]);
    static BOUNDED: Operation = OPERATION;
    static LONG: Operation =
        Operation::new("long", SourceLocation::new("count.rs", 3, "m")).buckets(&[9.0]).long();
    let seconds = |path, operation| {
        let endpoint = intern("GET", path);
        assert!(endpoint.operation.set(operation));
        endpoint.latency().seconds.clone()
    };
    assert_eq!(seconds("/count/bounded", &BOUNDED), [0.5, 2.0]);
    assert_eq!(seconds("/count/unbounded", &LONG), crate::declare::buckets::DURATION_SECONDS);
}

#[test]
fn a_start_that_was_taken_back_never_was() {
    let endpoint = intern("GET", "/count/back");
    let scope = StoreRef::scoped();
    let started = || scope.get().sum(endpoint.cells().unwrap().started());
    endpoint.start(scope.get());
    endpoint.start(scope.get());
    endpoint.take_back_start(scope.get());
    assert_eq!(started(), 1);
}

#[test]
fn a_stream_counts_its_bytes_and_its_life() {
    let endpoint = intern("GET", "/count/stream");
    let scope = StoreRef::scoped();
    let store = scope.get();
    endpoint.start_stream(store);
    endpoint.end_stream(store, 2_000_000_000, 77, (200, Outcome::Ok));
    let cells = endpoint.known_stream_cells().unwrap();
    assert_eq!(store.sum(cells.started()), 1);
    let (lives, sum) = counts(cells.duration(), store);
    assert_eq!((lives.iter().sum::<u64>(), sum), (1, 2_000_000_000));
    assert_eq!(lives[STREAMS.bucket(2_000_000_000)], 1);
    let (sizes, sum) = counts(endpoint.cells().unwrap().measures().sent, store);
    assert_eq!((sizes[0], sum), (1, 77));
}
