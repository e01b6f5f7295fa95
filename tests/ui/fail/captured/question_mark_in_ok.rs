// What is captured from the result cannot return another one.
use goldsignal::observed;

#[observed(ok(|text| number = text.parse::<u8>()?))]
fn f() -> Result<String, std::num::ParseIntError> {
    Ok(String::new())
}

fn main() {}
