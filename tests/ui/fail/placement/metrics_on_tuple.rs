// A metric takes its name from its field.
use goldsignal::{Counter, Metrics};

#[derive(Metrics)]
struct Shop(Counter);

fn main() {}
