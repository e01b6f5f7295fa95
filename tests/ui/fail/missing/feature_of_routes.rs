// `routes!` needs the feature `axum`.
// package: goldsignal-tests-core
use goldsignal::observed;

#[observed]
async fn handler() {}

fn main() {
    let _ = goldsignal::routes![handler];
}
