// `err` reads an argument that was moved into the future.
use goldsignal::observed;

#[observed(err(|_| order = %order))]
async fn work(order: String) -> Result<(), String> { Err(order) }

fn main() {}
