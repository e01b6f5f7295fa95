// Prometheus keeps names with two underscores for itself.
#[derive(goldsignal::Labels)]
struct By {
    #[label(rename = "__kind")]
    kind: bool,
}

fn main() {}
