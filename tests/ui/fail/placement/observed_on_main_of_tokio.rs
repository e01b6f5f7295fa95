// `main` ends with the process, so its observation would never be exposed.
use goldsignal::observed;

#[tokio::main]
#[observed]
async fn main() {}
