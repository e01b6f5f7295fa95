//! Generated files, checked by the programs that read them. `tests/run operations` installs them.

mod promtool;
mod yaml;
