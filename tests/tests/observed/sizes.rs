//! The future of an observed function is little larger than its arguments and what it awaits.
#![expect(clippy::large_types_passed_by_value, reason = "how often it is stored is the question")]

use std::future::Future;

use goldsignal::{Counter, Metrics, business_counter, observed};

/// The most that observing, or observing and counting, may add to a future.
const MOST: usize = 144;

/// The most bytes that a counter beside it adds.
const COUNTER: usize = 32;

async fn tick() {
    tokio::task::yield_now().await;
}

/// Metrics of this test.
#[derive(Metrics)]
struct Counted {
    /// Futures that ended.
    sized_futures_total: Counter,
}

struct Large([u8; 2048]);

/// A future without arguments.
async fn plain() {
    tick().await;
}

#[observed]
async fn nothing() {
    tick().await;
}

#[observed]
async fn held(bytes: [u8; 512]) -> u8 {
    tick().await;
    bytes[1]
}

#[observed]
async fn several(bytes: [u8; 4096], more: [u8; 1024], mut text: String) -> u8 {
    text.push('!');
    tick().await;
    bytes[1] + more[1] + text.as_bytes()[0]
}

#[observed]
async fn let_go(bytes: [u8; 4096]) -> u8 {
    let byte = bytes[1];
    tick().await;
    byte
}

#[observed]
async fn in_patterns((bytes, text): ([u8; 4096], String), [first, second]: [u8; 2]) -> u8 {
    tick().await;
    bytes[1] + first + second + text.as_bytes()[0]
}

#[observed(fields(len = bytes.len(), first = bytes[0]), ok(|byte| last = *byte))]
async fn with_fields(bytes: [u8; 512]) -> u8 {
    tick().await;
    bytes[1]
}

#[observed]
#[business_counter(Counted::sized_futures_total)]
async fn counted(bytes: [u8; 512]) -> u8 {
    tick().await;
    bytes[1]
}

#[business_counter(Counted::sized_futures_total, by = bytes[0])]
#[observed(fields(len = bytes.len()))]
async fn counted_outside(bytes: [u8; 512]) -> u8 {
    tick().await;
    bytes[1]
}

#[business_counter(Counted::sized_futures_total)]
async fn only_counted(bytes: [u8; 512]) -> u8 {
    tick().await;
    bytes[1]
}

impl Large {
    #[observed]
    async fn by_value(self, bytes: [u8; 512]) -> u8 {
        tick().await;
        self.0[1] + bytes[1]
    }
}

/// The bytes that observing adds to a future with `arguments` bytes of arguments that awaits [`tick`].
fn added(observed: &impl Future, arguments: usize) -> usize {
    size_of_val(observed) - size_of_val(&plain()) - arguments
}

#[test]
fn each_argument_is_stored_once() {
    let text = String::new;
    let observed = [
        added(&nothing(), 0),
        added(&held([0; 512]), 512),
        added(&several([0; 4096], [0; 1024], text()), 4096 + 1024 + size_of::<String>()),
        added(&let_go([0; 4096]), 4096),
        added(&in_patterns(([0; 4096], text()), [0, 1]), 4096 + size_of::<String>()),
        added(&with_fields([0; 512]), 512),
        added(&only_counted([0; 512]), 512),
        added(&Large([0; 2048]).by_value([0; 512]), 2048 + 512),
    ];
    assert!(observed.iter().all(|added| *added <= MOST), "{observed:?}");
    let with_counter = [added(&counted([0; 512]), 512), added(&counted_outside([0; 512]), 512)];
    assert!(with_counter.iter().all(|added| *added <= MOST + COUNTER), "{with_counter:?}");
}

#[test]
fn observed_futures_return_what_the_plain_ones_do() {
    futures::executor::block_on(async {
        plain().await;
        nothing().await;
        let text = || "\u{3}".to_owned();
        assert_eq!(held([1; 512]).await, 1);
        assert_eq!(several([1; 4096], [2; 1024], text()).await, 6);
        assert_eq!(let_go([4; 4096]).await, 4);
        assert_eq!(in_patterns(([1; 4096], text()), [2, 5]).await, 11);
        assert_eq!(with_fields([6; 512]).await, 6);
        assert_eq!(counted([7; 512]).await, 7);
        assert_eq!(counted_outside([8; 512]).await, 8);
        assert_eq!(only_counted([9; 512]).await, 9);
        assert_eq!(Large([1; 2048]).by_value([2; 512]).await, 3);
    });
}
