// A return here would leave the call uncounted.
use goldsignal::observed;

fn read(_: &str) -> Result<u64, std::fmt::Error> {
    Ok(1)
}

async fn load(_: &str) -> u64 {
    1
}

#[observed(fields(size = { if path.is_empty() { return Ok(0); } 1 }))]
async fn f(path: &str) -> Result<u64, std::fmt::Error> {
    Ok(1)
}

fn main() {}
