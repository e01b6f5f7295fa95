//! Two variants with one text would be one series.
#[derive(goldsignal::Label)]
enum Plan {
    Free,
    #[label(rename = "free")]
    Gratis,
    HttpApi,
    HTTPApi,
}

fn main() {}
