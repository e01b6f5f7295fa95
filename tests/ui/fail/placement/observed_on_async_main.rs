// `main` ends with the process, so its observation would never be exposed.
use goldsignal::observed;

#[observed]
#[tokio::main]
async fn main() {}
