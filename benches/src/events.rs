//! An ordinary event of six fields, as a service logs all day, as a JSON line.

use crate::floor::work;
use crate::functions::repeat;
use crate::lines::{json, ours, under};
use crate::measure::Case;

fn event(x: u64) -> u64 {
    let value = work(x);
    tracing::info!(
        x,
        user = "u-17",
        plan = "pro",
        items = 3_u64,
        total = 12.5_f64,
        cached = false,
        "reserved"
    );
    value
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("goldsignal, info!", under(ours(), repeat(event))),
        Case::new("tracing-subscriber, info!, JSON", under(json(), repeat(event))),
    ]
}
