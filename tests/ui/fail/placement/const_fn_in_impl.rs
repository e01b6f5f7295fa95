// A const fn in an observed impl.
use goldsignal::observed;

struct S;
#[observed]
impl S { const fn a(&self) -> u32 { 1 } }

fn main() {}
