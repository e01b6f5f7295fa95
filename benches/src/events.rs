//! An ordinary event of six fields, as a service logs all day, as a JSON line.

use crate::case::Case;
use crate::functions::repeat;
use crate::lines::{event, json, ours, under};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("goldsignal, info!", under(ours(), repeat(event))),
        Case::new("tracing-subscriber, info!, JSON", under(json(), repeat(event))),
    ]
}
