// The attribute of serde is not ours.
#[derive(goldsignal::Label)]
enum Plan {
    #[serde(rename = "free")]
    Free,
}

fn main() {}
