//! Parameters and variables can have the names that the expansion uses.
#![deny(warnings)]
#![forbid(unsafe_code)]

use goldsignal::observed;

#[observed(fields(start, guard, result, value, captures, found),
    ok(|value| sum = *value, start_again = start, captured = captures), err(|found| was = %found))]
fn sync(
    start: u32,
    guard: u32,
    result: u32,
    value: u32,
    captures: u32,
    found: u32,
) -> Result<u32, std::fmt::Error> {
    let site = start + guard;
    let sum = site + result + value + captures + found;
    if sum == 0 { Err(std::fmt::Error) } else { Ok(sum) }
}

#[observed(fields(start, value = result), ok(|captures| captures = *captures))]
async fn asynchronous(start: u32, result: u32, captures: u32) -> Result<u32, std::fmt::Error> {
    let (value, found, guard, this) = (start, result, captures, 1);
    std::future::ready(()).await;
    Ok(value + found + guard + this)
}

#[observed(fields(r#type, x = r#match))]
fn raw(r#type: u8, r#match: u8) -> u8 {
    r#type + r#match
}

#[observed]
fn r#loop() -> u8 {
    1
}

fn main() {
    assert_eq!(sync(1, 2, 3, 4, 5, 6).unwrap(), 21);
    assert!(sync(0, 0, 0, 0, 0, 0).is_err());
    assert_eq!(futures::executor::block_on(asynchronous(1, 2, 3)).unwrap(), 7);
    assert_eq!(raw(1, 2) + r#loop(), 4);
}
