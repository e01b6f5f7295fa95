//! Two variants with the same text would be the same series.
//! 2 errors: each value has one.
#[derive(goldsignal::Label)]
enum Plan {
    Free,
    #[label(rename = "free")]
    Gratis,
    HttpApi,
    HTTPApi,
}

fn main() {}
