// `rename` takes text after `=`.
#[derive(goldsignal::Labels)]
struct By {
    #[label(rename("tenants"), budget = 5)]
    tenant: String,
}

fn main() {}
