//! Aliases of every kind of metric, and structs inside of functions and modules.
use goldsignal::{Counter, Gauge, Histogram, Labels, Metrics};

#[derive(Labels)]
pub struct By {
    done: bool,
}

type Count<L = ()> = Counter<L>;
type Level = Gauge;
type Sizes = Histogram<By>;

#[derive(Metrics)]
struct Aliased {
    /// Tasks.
    tasks_total: Count,
    /// Tasks by state.
    states_total: Count<By>,
    /// Pending.
    pending: Level,
    /// Sizes.
    size_bytes: Sizes,
    /// Sizes with buckets.
    #[metric(buckets = [1, 2])]
    small_bytes: Sizes,
}

mod inner {
    /// Declared the same twice: one family.
    #[derive(super::Metrics)]
    pub(crate) struct Again {
        /// Tasks.
        pub(crate) tasks_total: goldsignal::Counter,
    }
}

fn main() {
    #[derive(Metrics)]
    struct Local {
        /// Local things.
        local_things: Gauge,
    }
    Local::get().local_things.inc();
    Aliased::get().tasks_total.inc();
    inner::Again::get().tasks_total.inc();
    assert_eq!(Aliased::get().tasks_total.get(), 2);
    Aliased::get().states_total.inc(By { done: true });
    Aliased::get().pending.set(1);
    Aliased::get().size_bytes.observe(By { done: true }, 1);
    Aliased::get().small_bytes.observe(By { done: true }, 1);
}
