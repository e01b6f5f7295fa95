// A label name has no dashes.
#[derive(goldsignal::Labels)]
struct By {
    #[label(rename = "user-kind")]
    kind: bool,
}

fn main() {}
