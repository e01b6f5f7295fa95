//! A business counter: with finite labels, and with text that has a budget.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use goldsignal::{Counter, Distinct, Label, Labels, Metrics, Top};

use crate::case::Case;
use crate::floor;
use crate::functions::repeat;

/// Metrics of a shop.
#[derive(Metrics)]
struct Shop {
    /// Items sold.
    items_sold_total: Counter<Sold>,
    /// Searches.
    searches_total: Counter<Search<'static>>,
    /// Users who were active.
    active_users: Distinct<u64>,
    /// Requests, by the users who send most.
    busiest_users: Top<u64>,
}

#[derive(Labels)]
pub(crate) struct Sold {
    pub(crate) plan: Plan,
    pub(crate) source: Source,
}

#[derive(Label)]
pub(crate) enum Plan {
    Free,
    Pro,
}

#[derive(Label)]
pub(crate) enum Source {
    Api,
    Import,
}

#[derive(Labels)]
struct Search<'a> {
    #[label(budget = 50)]
    tenant: &'a str,
}

static SOLD: LazyLock<prometheus::IntCounterVec> = LazyLock::new(|| {
    let opts = prometheus::Opts::new("sold_total", "Items sold.");
    prometheus::IntCounterVec::new(opts, &["plan", "source"]).expect("valid")
});

static ACTIVE: LazyLock<prometheus::IntCounterVec> = LazyLock::new(|| {
    let opts = prometheus::Opts::new("active_total", "Requests of a user.");
    prometheus::IntCounterVec::new(opts, &["user"]).expect("valid")
});

/// How many users there are.
const USERS: u64 = 10_000;

const TENANTS: [&str; 4] = ["alpha", "beta", "gamma", "delta"];

/// Labels that differ from one time to the next.
pub(crate) fn sold(x: u64) -> Sold {
    Sold {
        plan: if x.is_multiple_of(2) { Plan::Free } else { Plan::Pro },
        source: if x.is_multiple_of(3) { Source::Import } else { Source::Api },
    }
}

/// Goldsignal's, whose instructions have ceilings.
pub(crate) fn ours() -> Vec<Case> {
    let count = |x: u64| {
        Shop::get().items_sold_total.inc(sold(x));
        x
    };
    let searched = |x: u64| {
        Shop::get().searches_total.inc(Search { tenant: TENANTS[(x % 4) as usize] });
        x
    };
    vec![
        Case::new("goldsignal, two finite labels", repeat(count))
            .counted(|| crate::scrape::sum("items_sold_total{")),
        Case::new("goldsignal, a label with a budget", repeat(searched))
            .counted(|| crate::scrape::sum("searches_total{")),
    ]
}

pub(crate) fn cases() -> Vec<Case> {
    let by_prometheus = |x: u64| {
        let plan = if x.is_multiple_of(2) { "free" } else { "pro" };
        let source = if x.is_multiple_of(3) { "import" } else { "api" };
        SOLD.with_label_values(&[plan, source]).inc();
        x
    };
    let mut cases = vec![
        Case::new("floor: a relaxed fetch_add", repeat(shared)),
        Case::new("floor: a load and a store", repeat(own)),
    ];
    cases.extend(ours());
    cases.push(Case::new("prometheus, two labels", repeat(by_prometheus)));
    cases.extend(users());
    cases
}

/// Who of ten thousand users was active: how many there were, who was busiest, and by a series for each.
fn users() -> [Case; 4] {
    let user = |x: u64| x.wrapping_mul(7919) % USERS;
    let distinct = move |x: u64| {
        Shop::get().active_users.insert(&user(x));
        x
    };
    let heaviest = move |x: u64| {
        Shop::get().busiest_users.add(&user(x));
        x
    };
    // Eight of ten requests are those of a hundred users.
    let skewed = move |x: u64| {
        let user = if x % 10 < 8 { user(x) % 100 } else { user(x) };
        Shop::get().busiest_users.add(&user);
        x
    };
    let labelled = move |x: u64| {
        ACTIVE.with_label_values(&[itoa::Buffer::new().format(user(x))]).inc();
        x
    };
    [
        Case::new("goldsignal, different users", repeat(distinct)),
        Case::new("goldsignal, heaviest of alike users", repeat(heaviest)),
        Case::new("goldsignal, heaviest users", repeat(skewed)),
        Case::new("prometheus, a label for each user", repeat(labelled)),
    ]
}

/// Counts in a cell that all threads write.
fn shared(x: u64) -> u64 {
    static CELL: AtomicU64 = AtomicU64::new(0);
    CELL.fetch_add(1, Ordering::Relaxed);
    x
}

/// Counts in a cell of this thread.
fn own(x: u64) -> u64 {
    thread_local! {
        static CELL: AtomicU64 = const { AtomicU64::new(0) };
    }
    CELL.with(|cell| floor::add(cell, 1));
    x
}
