// goldsignal has another name in this crate, which the macro has to be told.
// package: goldsignal-tests-renamed
#[gs::observed(get = "/x", crate = gs)]
async fn work() {}
fn app() -> axum::Router { gs::routes![work] }
fn main() {}
