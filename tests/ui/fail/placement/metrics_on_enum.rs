// Metrics are the fields of a struct.
#[derive(goldsignal::Metrics)]
enum Shop {
    Orders,
}

fn main() {}
