// The state is that of the router.
use goldsignal::observed;

#[observed(state = AppState)]
fn f(a: u32) -> Result<u32, std::fmt::Error> {
    Ok(a)
}

fn main() {}
