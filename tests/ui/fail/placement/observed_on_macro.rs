// A macro is not called at run time.
use goldsignal::observed;

#[observed]
#[expect(unused_macros)]
macro_rules! m {
    () => {};
}

fn main() {}
