// `main` ends with the process.
use goldsignal::observed;

#[observed]
fn main() {}
