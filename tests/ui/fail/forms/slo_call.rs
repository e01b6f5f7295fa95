// `slo` takes a constant in this form.
use goldsignal::observed;

#[observed(slo: API)]
fn f(a: u32) -> Result<u32, std::fmt::Error> {
    Ok(a)
}

fn main() {}
