//! A struct is a set of labels, not one label: the message names the right derive.
//! 2 errors: each type has one.
#[derive(goldsignal::Label)]
struct Plan {
    name: String,
}

#[derive(goldsignal::Label)]
union Bits {
    a: u8,
}

fn main() {
    let _ = <Plan as goldsignal::Label>::VALUES;
}
