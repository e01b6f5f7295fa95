// A failure here would leave the call uncounted.
use goldsignal::observed;

fn read(_: &str) -> Result<u64, std::fmt::Error> {
    Ok(1)
}

async fn load(_: &str) -> u64 {
    1
}

#[observed(fields(size = read(path)?))]
async fn f(path: &str) -> Result<u64, std::fmt::Error> {
    Ok(1)
}

fn main() {}
