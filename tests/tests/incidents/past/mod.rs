//! Incidents that are over, in the blocks of a real server: what `backtest` says of them.

mod backtest;
mod prometheus;

pub(crate) use self::backtest::run as backtest;
