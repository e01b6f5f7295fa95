// An impl without methods.
use goldsignal::observed;

struct Api;
#[observed]
impl Api { const A: u32 = 1; }

fn main() {}
