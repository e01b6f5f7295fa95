//! What is generated, judged by the programs that it is for. `tests/run operations` installs them.

mod promtool;
