// A `?` among the arguments of a macro.
use goldsignal::observed;

#[observed(fields(text = format!("{}", text.parse::<u8>()?)))]
fn f(text: &str) -> Result<(), std::num::ParseIntError> {
    Ok(())
}

fn main() {}
