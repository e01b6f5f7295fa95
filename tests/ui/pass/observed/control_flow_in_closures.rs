// A `?` or `return` in a closure or an `async` block of the user ends that closure, not the call.
use goldsignal::observed;

fn parse(text: &str) -> Option<u32> {
    text.parse().ok()
}

#[observed(fields(sum = (|| Some(parse(text)? + 1))().unwrap_or(0), first = text.chars().find(|c| { return *c == '1'; }).is_some()))]
fn f(text: &str) -> usize {
    text.len()
}

#[observed(fields(largest = { let mut most = 0; for n in numbers { if *n == 0 { break; } most = most.max(*n); } most }))]
fn g(numbers: &[u32]) -> usize {
    numbers.len()
}

fn main() {
    assert_eq!(f("1"), 1);
    assert_eq!(g(&[1, 2, 0]), 3);
}
