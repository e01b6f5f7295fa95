// An observed function is a function: a pointer, an argument, a field.
use goldsignal::observed;

#[observed]
fn double(n: u32) -> u32 {
    n * 2
}

#[observed]
async fn later(n: u32) -> u32 {
    n + 1
}

struct Steps {
    step: fn(u32) -> u32,
}

fn main() {
    let steps = Steps { step: double };
    assert_eq!((steps.step)(2), 4);
    assert_eq!([1, 2].map(double), [2, 4]);
    let futures = [1, 2].map(later);
    assert_eq!(futures::executor::block_on(futures::future::join_all(futures)), [2, 3]);
}
