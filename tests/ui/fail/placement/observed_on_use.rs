// An import is not called.
use goldsignal::observed;

#[observed]
pub use std::fmt;

fn main() {}
