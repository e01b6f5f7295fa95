// `continue` outside of a loop of its own.
use goldsignal::observed;

#[observed(fields(a = match a { Some(a) => a, None => continue }))]
fn f(a: Option<u8>) {}

fn main() {}
