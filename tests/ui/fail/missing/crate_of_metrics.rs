// The crate has another name here.
// package: goldsignal-tests-renamed
#[derive(gs::Metrics)]
struct Shop {
    /// Orders.
    orders_total: gs::Counter,
}

fn main() {}
