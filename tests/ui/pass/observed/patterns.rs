//! Parameters can be patterns: `mut`, `_`, tuples, structs, slices, bindings.
#![deny(warnings, clippy::pedantic)]
#![forbid(unsafe_code)]

use axum::extract::{Path, State};
use goldsignal::observed;

struct Pair {
    a: u32,
    b: String,
}

#[observed(fields(x, a, first))]
fn sync(mut x: u32, _: u32, (y, z): (u32, u32), Pair { a, b }: Pair, [first, ..]: [u32; 3]) -> u32 {
    x += y + z + a + first;
    x + u32::try_from(b.len()).unwrap_or(0)
}

#[observed(fields(?x, id, ?whole, len = state.len()))]
async fn asynchronous(
    mut x: Vec<u32>,
    _: String,
    Path(id): Path<u32>,
    State(mut state): State<Vec<u32>>,
    whole @ (_, _): (u8, u8),
    _unused: u8,
) -> u32 {
    x.push(id);
    std::future::ready(()).await;
    state.append(&mut x);
    u32::from(whole.0) + state.iter().sum::<u32>()
}

fn main() {
    assert_eq!(sync(1, 9, (2, 3), Pair { a: 4, b: "x".into() }, [5, 6, 7]), 16);
    let future =
        asynchronous(vec![1], String::new(), Path(2), State(vec![3]), (4, 5), 0);
    assert_eq!(futures::executor::block_on(future), 10);
}
