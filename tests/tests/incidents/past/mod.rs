//! Incidents that are over, in the blocks of a real server: what `backtest` says of them.

mod backtest;
mod cost;
mod month;
mod prometheus;
mod victoria;
mod vmalert;

pub(crate) use self::backtest::run as backtest;
pub(crate) use self::cost::run as cost;
pub(crate) use self::month::run as month;
pub(crate) use self::vmalert::run as vmalert;
