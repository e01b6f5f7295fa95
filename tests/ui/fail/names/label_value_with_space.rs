// A space at the end cannot be seen.
#[derive(goldsignal::Label)]
enum Plan {
    #[label(rename = "pro ")]
    Pro,
}

fn main() {}
