// Observed redact opt.
use goldsignal::observed;

#[observed(fields(id), redact(token))]
fn x(id: u32, token: &str) {}

fn main() {}
