// A function that calls itself, directly, by another and across an `await`.
use goldsignal::observed;

#[observed(fields(n))]
fn factorial(n: u64) -> u64 {
    if n < 2 { 1 } else { n * factorial(n - 1) }
}

#[observed]
fn even(n: u32) -> bool {
    n == 0 || odd(n - 1)
}

#[observed]
fn odd(n: u32) -> bool {
    n != 0 && even(n - 1)
}

#[observed]
async fn count(n: u32) -> u32 {
    if n == 0 { 0 } else { 1 + Box::pin(count(n - 1)).await }
}

fn main() {
    assert_eq!(factorial(5), 120);
    assert!(even(10));
    assert_eq!(futures::executor::block_on(count(5)), 5);
}
