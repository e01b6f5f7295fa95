//! The memory that recording takes: none after the first use, and eight bytes for each cell that a
//! thread touches.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use allocation_counter::measure;
use goldsignal::{Counter, Label, Labels, Metrics, business_counter, observed};
use goldsignal_tests::in_own_process;

/// Metrics of these tests.
#[derive(Metrics)]
struct Visits {
    /// Visits, by visitor and page.
    #[metric(budget = 81_920)]
    visits_total: Counter<By<'static>>,
    /// Jobs done.
    visit_jobs_total: Counter<Done>,
}

/// With `_OTHER` these are 40 times as many series as there are cells in a chunk.
#[derive(Labels)]
struct By<'a> {
    #[label(budget = 319)]
    visitor: &'a str,
    #[label(budget = 255)]
    page: &'a str,
}

#[derive(Labels)]
struct Done {
    by: Worker,
}

#[derive(Label)]
enum Worker {
    Cron,
    Person,
}

#[observed]
#[business_counter(Visits::visit_jobs_total, Done { by: if odd { Worker::Person } else { Worker::Cron } })]
fn job(odd: bool) -> bool {
    odd
}

#[observed]
#[business_counter(Visits::visit_jobs_total, Done { by: if odd { Worker::Person } else { Worker::Cron } })]
async fn async_job(odd: bool) -> bool {
    odd
}

fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits for nothing"),
    }
}

fn jobs() {
    for odd in [true, false] {
        assert_eq!(job(odd), odd);
        assert_eq!(now(async_job(odd)), odd);
    }
}

fn names(count: usize) -> &'static [String] {
    Vec::leak((0..count).map(|number| format!("name {number}")).collect())
}

#[test]
fn memory_grows_by_what_is_touched_alone() {
    in_own_process(|| {
        // One more than the budget, which is `_OTHER`: no cell is left out.
        let (visitors, pages) = (names(320), names(256));
        let visit = move |visitors: &'static [String]| {
            for visitor in visitors {
                for page in pages {
                    Visits::get().visits_total.inc(By { visitor, page });
                }
            }
        };
        // The values of the labels belong to the process, not to the thread: they are allocated here.
        visit(visitors);
        jobs();

        assert_eq!(measure(jobs).count_total, 0, "a call allocates");
        assert_eq!(measure(|| visit(visitors)).count_total, 0, "an increment allocates");

        let another_thread = move || {
            let first_touch = measure(jobs).bytes_total;
            // Whole chunks each, so that how much the second half takes is how much its cells take.
            let (one, other) = visitors.split_at(160);
            visit(one);
            (first_touch, measure(|| visit(other)).bytes_total)
        };
        let (first_touch, grown) = std::thread::spawn(another_thread).join().unwrap();
        assert!(
            (1..=64 * 1024).contains(&first_touch),
            "a thread's first touch took {first_touch} bytes"
        );
        let cells = 160 * 256;
        assert!((1..=8 * cells).contains(&grown), "{cells} cells took {grown} bytes");
    });
}
