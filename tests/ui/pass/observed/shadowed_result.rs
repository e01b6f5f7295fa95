// A `Result` and an `Option` of the user do not confuse the attribute.
use goldsignal::observed;

mod ours {
    pub type Result<T> = std::result::Result<T, String>;
}

#[observed]
fn aliased(fail: bool) -> ours::Result<u32> {
    if fail { Err(String::from("no")) } else { Ok(1) }
}

#[derive(Debug, PartialEq)]
enum Result {
    Fine,
}

#[observed(ok(|value| what = ?value))]
fn own() -> Result {
    Result::Fine
}

#[observed]
fn chained(text: &str) -> anyhow::Result<u32> {
    let number: u32 = text.parse()?;
    anyhow::ensure!(number > 0, "none");
    Ok(number)
}

#[observed(err(|error| what = %error))]
fn boxed(text: &str) -> std::result::Result<u32, Box<dyn std::error::Error + Send + Sync>> {
    Ok(text.parse()?)
}

fn main() {
    assert!(aliased(true).is_err());
    assert_eq!(own(), Result::Fine);
    assert!(chained("0").is_err());
    assert!(boxed("x").is_err());
}
