// A future of a named type: the macro cannot see that the function returns a future.
use goldsignal::observed;

use std::future::{Ready, ready};

#[observed]
fn f() -> Ready<u32> {
    ready(1)
}

fn main() {}
