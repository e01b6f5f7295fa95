// A field takes a list that the body uses, too.
use goldsignal::observed;

#[observed(fields(n = items.into_iter().count()))]
fn work(items: Vec<u32>) -> usize { items.len() }

fn main() {}
