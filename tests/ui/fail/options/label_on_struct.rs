// On the struct it is `#[labels(..)]`.
#[derive(goldsignal::Labels)]
#[label(rename = "by")]
struct By {
    plan: bool,
}

fn main() {}
