//! A trace that the sampler refused, until the end of its first span here decides whether it is
//! exported nevertheless.
//!
//! Its spans wait in the span that decides, if they end in its task, else behind a lock.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering};

use super::recorded_span::RecordedSpan;
use crate::record::sync_lock;

/// The most spans of a trace that wait. Its first span is always among them.
const MAX_SPANS: u32 = 1000;

/// A trace whose spans wait for its end.
#[derive(Debug, Default)]
pub(crate) struct PendingTrace {
    state: AtomicU8,
    /// Whether an observation within it ended badly.
    is_bad: AtomicBool,
    /// How many spans have begun.
    spans: AtomicU32,
    /// How many of them the limits left out.
    dropped: AtomicU32,
    #[expect(clippy::vec_box, reason = "the boxes come from a free list, and return to it")]
    elsewhere: Mutex<Vec<Box<RecordedSpan>>>,
}

/// Undecided, and `elsewhere` contains nothing.
const UNTOUCHED: u8 = 0;
/// Undecided.
const TOUCHED: u8 = 1;
/// It is being decided.
const CLOSED: u8 = 2;
/// Its spans are exported.
const KEPT: u8 = 3;
/// Its spans are thrown away.
const DROPPED: u8 = 4;

impl PendingTrace {
    /// Resets it for another trace.
    pub(super) fn renew(&mut self) {
        *self.state.get_mut() = UNTOUCHED;
        *self.is_bad.get_mut() = false;
        *self.spans.get_mut() = 0;
        *self.dropped.get_mut() = 0;
        if let Ok(elsewhere) = self.elsewhere.get_mut() {
            elsewhere.clear();
        }
    }

    /// Whether its spans are thrown away.
    #[inline]
    pub(crate) fn is_dropped(&self) -> bool {
        self.state.load(Ordering::Acquire) == DROPPED
    }

    /// Whether its spans are exported.
    fn is_kept(&self) -> bool {
        self.state.load(Ordering::Acquire) == KEPT
    }

    /// Whether another span may wait for the decision. Once one may not, later ones may not either,
    /// so that no span waits whose parent does not.
    pub(super) fn admits(&self, has_room: impl FnOnce() -> bool) -> bool {
        let admits = self.dropped.load(Ordering::Relaxed) == 0
            && self.spans.fetch_add(1, Ordering::Relaxed) < MAX_SPANS
            && has_room();
        // Once it is decided, nothing waits.
        if admits || self.is_kept() {
            return true;
        }
        self.dropped.fetch_add(1, Ordering::Relaxed);
        false
    }

    /// How many spans the limits left out.
    pub(crate) fn dropped(&self) -> u32 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Notes that an observation within it ended badly, in the task of its first span.
    pub(crate) fn mark_bad(&self) {
        self.is_bad.store(true, Ordering::Relaxed);
    }

    /// Takes a span that ended in another task than the first one. Returns it if it is to be
    /// exported now.
    #[cold]
    pub(crate) fn take_elsewhere(&self, mut span: Box<RecordedSpan>) -> Option<Box<RecordedSpan>> {
        let is_bad = span.is_notable();
        let mut elsewhere = sync_lock(&self.elsewhere);
        // Checked under the lock: a thread that decides later waits for this span.
        let state =
            self.state.compare_exchange(UNTOUCHED, TOUCHED, Ordering::AcqRel, Ordering::Acquire);
        match state {
            Ok(_) | Err(TOUCHED) => {
                if is_bad {
                    self.mark_bad();
                }
            }
            Err(KEPT) => return Some(span),
            // The trace ended well, and this is worth a span of its own.
            Err(_) if is_bad => return Some(span),
            Err(CLOSED) => {}
            Err(_) => {
                drop(elsewhere);
                span.recycle();
                return None;
            }
        }
        if span.is_admitted() {
            // It would keep this alive, and this keeps it.
            span.pending = None;
            elsewhere.push(span);
        }
        None
    }

    /// Decides: adds the spans of other tasks to `spans`, calls `keeps` with whether an observation
    /// within ended badly, and returns its answer. Only the first span's end calls this.
    #[expect(clippy::vec_box, reason = "the boxes come from a free list, and return to it")]
    pub(crate) fn decide(
        &self,
        spans: &mut Vec<Box<RecordedSpan>>,
        keeps: impl FnOnce(bool) -> bool,
    ) -> bool {
        if self.state.swap(CLOSED, Ordering::AcqRel) == TOUCHED {
            spans.append(&mut sync_lock(&self.elsewhere));
        }
        let keeps = keeps(self.is_bad.load(Ordering::Relaxed));
        if keeps {
            let mut elsewhere = sync_lock(&self.elsewhere);
            self.state.store(KEPT, Ordering::Release);
            spans.append(&mut elsewhere);
        } else {
            self.state.store(DROPPED, Ordering::Release);
        }
        keeps
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::observe::notable::Notable;
    use crate::observe::recorded_span::tests::ended;

    fn span(pending: &Arc<PendingTrace>, notable: Option<Notable>) -> Box<RecordedSpan> {
        ended(RecordedSpan::within(Arc::clone(pending)), notable)
    }

    /// Lets spans of other tasks end before and after the decision. Returns how many were exported by it, and after it.
    fn decided(early: Option<Notable>, keeps: bool, late: Option<Notable>) -> (usize, usize) {
        let (pending, mut spans) = (Arc::new(PendingTrace::default()), Vec::new());
        let late_one = span(&pending, late);
        assert!(pending.take_elsewhere(span(&pending, early)).is_none());
        pending.decide(&mut spans, |is_bad| {
            assert_eq!(is_bad, early.is_some());
            keeps
        });
        assert_eq!(pending.is_dropped(), !keeps);
        (if keeps { spans.len() } else { 0 }, pending.take_elsewhere(late_one).into_iter().count())
    }

    #[test]
    fn what_ends_elsewhere_waits_and_then_follows_the_decision() {
        let bad = Some(Notable::Bad);
        assert_eq!(decided(None, true, None), (1, 1));
        assert_eq!(decided(bad, true, bad), (1, 1));
        assert_eq!(decided(None, false, None), (0, 0));
        assert_eq!(decided(None, false, bad), (0, 1), "it is exported alone");
    }

    #[test]
    fn only_so_many_spans_wait_and_a_kept_trace_has_no_limit() {
        let pending = PendingTrace::default();
        let admitted = (0..MAX_SPANS + 10).filter(|_| pending.admits(|| true)).count();
        assert_eq!((admitted, pending.dropped()), (MAX_SPANS as usize, 10));
        let full = PendingTrace::default();
        assert!(full.admits(|| true) && !full.admits(|| false));
        assert!(!full.admits(|| true), "the parent of this one may be missing");
        assert_eq!(full.dropped(), 2);
        full.decide(&mut Vec::new(), |_| true);
        assert!(full.admits(|| false));
        assert_eq!(full.dropped(), 2);
    }

    #[test]
    fn threads_that_end_spans_while_it_is_decided_lose_none() {
        for round in 0..200 {
            let (pending, mut kept) = (Arc::new(PendingTrace::default()), Vec::new());
            let spans = (0..8).map(|_| span(&pending, None)).collect::<Vec<_>>();
            let late: usize = std::thread::scope(|scope| {
                let ending = scope.spawn(|| {
                    spans.into_iter().filter_map(|span| pending.take_elsewhere(span)).count()
                });
                (0..round).for_each(|_| std::hint::spin_loop());
                pending.decide(&mut kept, |_| true);
                ending.join().unwrap()
            });
            assert_eq!(kept.len() + late, 8);
        }
    }
}
