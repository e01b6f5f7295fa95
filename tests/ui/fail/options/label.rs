//! Unknown, repeated, misplaced and malformed options. The trait is implemented all the same.
//! 6 errors: each option has one.
#[derive(goldsignal::Label)]
#[label(rename = "plan")]
enum Plan {
    #[label(renam = "free")]
    Free,
    #[label(rename = "pro", rename = "professional")]
    Pro,
    #[label(rename = 7)]
    Seven,
    #[label(rename = "")]
    Empty,
    #[label]
    Bare,
}

fn label<L: goldsignal::Label>() {}

fn main() {
    label::<Plan>();
}
