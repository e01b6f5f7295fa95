//! Reserved names, names outside the grammar, and names given twice, each at its place.
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
