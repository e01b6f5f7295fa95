//! Reserved, invalid and duplicate label names, each reported at its field or `rename`.
//! 9 errors: each name has one.
#[derive(goldsignal::Labels)]
struct By {
    le: bool,
    quantile: bool,
    instance: bool,
    job: bool,
    __x: bool,
    größe: bool,
    #[label(rename = "http.method")]
    method: bool,
    #[label(rename = "")]
    nothing: bool,
    plan: bool,
    #[label(rename = "plan")]
    tariff: bool,
}

fn main() {}
