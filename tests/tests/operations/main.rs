//! Generated files, checked by the programs that read them. `tests/run operations` installs them.

mod alertmanager;
mod distinct;
mod environments;
mod generated;
mod instances;
mod promtool;
mod yaml;
