// A macro hides the `return`: the call would be left uncounted.
use goldsignal::observed;

#[allow(unused_macros)]
macro_rules! bail {
    ($text:expr) => {
        return Err($text.to_owned())
    };
}

#[observed(fields(first = match names.first() { Some(name) => name.len(), None => bail!("none") }))]
fn f(names: &[String]) -> Result<(), String> {
    Ok(())
}

fn main() {}
