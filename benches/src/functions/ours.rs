//! goldsignal's attribute.

use goldsignal::{Counter, Metrics, business_counter, observed};

use super::{now, repeat};
use crate::case::Case;
use crate::counters::{Sold, sold};
use crate::floor::work;

#[observed]
fn sync_call(x: u64) -> u64 {
    work(x)
}

#[observed]
async fn async_call(x: u64) -> u64 {
    work(x)
}

/// Metrics of calls.
#[derive(Metrics)]
struct Business {
    /// Items sold by calls.
    items_sold_by_calls_total: Counter<Sold>,
}

#[observed]
#[business_counter(Business::items_sold_by_calls_total, Sold { ..sold(x) })]
fn counted_call(x: u64) -> u64 {
    work(x)
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("goldsignal #[observed] fn", repeat(sync_call)).counted(|| calls("sync_call")),
        Case::new("goldsignal #[observed] async fn", repeat(|x| now(async_call(x))))
            .counted(|| calls("async_call")),
        Case::new("goldsignal, and #[business_counter]", repeat(counted_call))
            .counted(|| crate::scrape::sum("items_sold_by_calls_total{")),
    ]
}

fn calls(function: &str) -> u64 {
    let name = format!("{}::{function}", module_path!());
    crate::scrape::value(&format!(
        r#"function_calls_total{{function="{name}",outcome="ok",error_type=""}}"#
    ))
}
