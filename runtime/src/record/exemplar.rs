//! Exemplars: for each bucket of a latency histogram, a recent sampled observation that fell into it.
//!
//! An exemplar is a sequence lock of six words, and no thread ever waits for it. A writer that meets another writer
//! gives up, since any recent observation will do. A reader that meets a writer, or that a writer has overtaken, reads
//! no exemplar this time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::sync::{AtomicU64, Ordering};

/// The number of words of an exemplar.
pub(crate) const WORDS: usize = 6;

/// The words of an exemplar. The first is its version: 0 before the first write, odd during a write.
pub(crate) type Words<'a> = [&'a AtomicU64; WORDS];

/// The span of the observation that an exemplar shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Origin {
    /// The id of its trace.
    pub trace_id: u128,
    /// The id of the span in the trace.
    pub span_id: u64,
}

/// An observed value, and the span of the observation.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Exemplar {
    /// The span of the observation.
    pub origin: Origin,
    /// The value, in the unit of the metric.
    pub value: f64,
    /// When it was observed.
    pub time: SystemTime,
}

/// Writes `exemplar`, unless another thread is writing.
pub(crate) fn write([version, words @ ..]: Words<'_>, exemplar: &Exemplar) {
    let before = version.load(Ordering::Relaxed);
    if before % 2 == 1 {
        return;
    }
    // Acquires the words of the last writer, so that they are written before those of this one.
    let claimed = version.compare_exchange(before, before + 1, Ordering::AcqRel, Ordering::Relaxed);
    if claimed.is_err() {
        return;
    }
    for (word, value) in words.into_iter().zip(pack(exemplar)) {
        // Releases the odd version: a reader that sees this word also sees that the version has changed.
        word.store(value, Ordering::Release);
    }
    version.store(before + 2, Ordering::Release);
}

/// Reads an exemplar. `None` if there is none, or if a thread is writing it.
pub(crate) fn read([version, words @ ..]: Words<'_>) -> Option<Exemplar> {
    let before = version.load(Ordering::Acquire);
    if before == 0 || before % 2 == 1 {
        return None;
    }
    let words = words.map(|word| word.load(Ordering::Acquire));
    (version.load(Ordering::Relaxed) == before).then(|| unpack(words))
}

fn pack(exemplar: &Exemplar) -> [u64; WORDS - 1] {
    let Exemplar { origin: Origin { trace_id, span_id }, value, time } = exemplar;
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let nanoseconds = u64::try_from(since.as_nanos()).unwrap_or(u64::MAX);
    let [high, low] = halves(*trace_id);
    [high, low, *span_id, value.to_bits(), nanoseconds]
}

fn unpack([high, low, span_id, value, nanoseconds]: [u64; WORDS - 1]) -> Exemplar {
    Exemplar {
        origin: Origin { trace_id: (u128::from(high) << 64) | u128::from(low), span_id },
        value: f64::from_bits(value),
        time: UNIX_EPOCH + Duration::from_nanos(nanoseconds),
    }
}

fn halves(id: u128) -> [u64; 2] {
    let bytes = id.to_be_bytes();
    let half = |from: usize| {
        let mut half = [0; 8];
        half.copy_from_slice(&bytes[from..from + 8]);
        u64::from_be_bytes(half)
    };
    [half(0), half(8)]
}

#[cfg(test)]
fn example(number: u64) -> Exemplar {
    let trace_id = (u128::from(number) << 64) | u128::from(number);
    Exemplar {
        origin: Origin { trace_id, span_id: number },
        value: f64::from_bits(number),
        time: UNIX_EPOCH + Duration::from_nanos(number),
    }
}

#[cfg(all(test, not(goldsignal_loom)))]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let words: [AtomicU64; WORDS] = std::array::from_fn(|_| AtomicU64::new(0));
        assert_eq!(read(words.each_ref()), None);
        for number in [7, 1 << 60] {
            write(words.each_ref(), &example(number));
            assert_eq!(read(words.each_ref()), Some(example(number)));
        }
    }

    #[test]
    fn a_writer_that_never_ends_blocks_no_thread() {
        let words: [AtomicU64; WORDS] = std::array::from_fn(|_| AtomicU64::new(0));
        words[0].store(9, Ordering::Relaxed);
        write(words.each_ref(), &example(1));
        assert_eq!(read(words.each_ref()), None);
        assert_eq!(words[1].load(Ordering::Relaxed), 0);
    }
}

#[cfg(all(test, goldsignal_loom))]
mod loom_tests {
    use super::*;
    use loom::sync::Arc;
    use loom::thread;

    /// Two writers and a reader: what is read was written by one writer.
    #[test]
    fn no_exemplar_is_torn() {
        let mut model = loom::model::Builder::new();
        model.preemption_bound = Some(2);
        model.check(|| {
            let words: Arc<[AtomicU64; WORDS]> =
                Arc::new(std::array::from_fn(|_| AtomicU64::new(0)));
            let writers = [1, 2].map(|number| {
                let words = Arc::clone(&words);
                thread::spawn(move || write(words.each_ref(), &example(number)))
            });
            if let Some(read) = read(words.each_ref()) {
                assert_eq!(read, example(read.origin.span_id));
            }
            for writer in writers {
                writer.join().unwrap();
            }
            let read = read(words.each_ref()).unwrap();
            assert_eq!(read, example(read.origin.span_id));
        });
    }
}
