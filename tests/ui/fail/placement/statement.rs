// On a let.
use goldsignal::observed;

fn f() { #[observed] let _c = 1; }

fn main() {}
