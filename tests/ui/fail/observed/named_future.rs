// A future of a named type cannot be seen through.
use goldsignal::observed;

use std::future::{Ready, ready};

#[observed]
fn f() -> Ready<u32> {
    ready(1)
}

fn main() {}
