//! Operations of one small catalog: what is generated, and the command.

mod backtest;
mod command;
mod declared;
mod prefixed;
mod snapshots;
mod whose;
