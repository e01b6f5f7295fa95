// The crate has another name here.
// package: goldsignal-tests-renamed
#[derive(gs::Metrics)]
#[metrics(crate = gs)]
struct Shop {
    /// Orders.
    orders_total: gs::Counter,
}

#[gs::business_counter(Shop::orders_total)]
fn buy() {}

fn main() {}
