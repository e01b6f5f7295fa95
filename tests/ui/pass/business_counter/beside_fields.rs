// The fields of one attribute and the labels of another are uses of arguments that the body does not read.
#![deny(warnings)]

use axum::extract::Path;
use goldsignal::{Counter, Labels, Metrics, business_counter, observed, routes};

/// Metrics of the shop.
#[derive(Metrics)]
struct Shop {
    /// Orders.
    orders_total: Counter<Of>,
}

#[derive(Labels)]
struct Of {
    is_large: bool,
}

#[observed(get = "/orders/{id}", fields(id))]
#[business_counter(Shop::orders_total, Of { is_large: id > 100 })]
async fn order(Path(id): Path<u64>) {}

#[business_counter(Shop::orders_total, Of { is_large: true })]
#[observed(fields(id, price))]
fn buy(id: u64, price: String) {}

#[business_counter(Shop::orders_total, Of { is_large: true })]
#[observed(fields(id, price))]
async fn sell(id: u64, price: String) {}

fn main() {
    let _: axum::Router = routes![order];
    buy(1, "9.50".to_owned());
    drop(sell(1, "9.50".to_owned()));
}
