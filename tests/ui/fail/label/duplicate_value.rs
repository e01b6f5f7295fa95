//! Two variants with the same text would be the same series.
#[derive(goldsignal::Label)]
enum Plan {
    Free,
    #[label(rename = "free")]
    Gratis,
    HttpApi,
    HTTPApi,
}

fn main() {}
