// A method of `Option` takes an argument that the body uses, too.
use goldsignal::observed;

#[observed(fields(name = name.unwrap_or_default()))]
fn work(name: Option<String>) -> usize { name.map_or(0, |n| n.len()) }

fn main() {}
