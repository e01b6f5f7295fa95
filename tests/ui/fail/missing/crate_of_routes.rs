// The crate has another name here.
// package: goldsignal-tests-renamed
#[gs::observed(get = "/", crate = gs)]
async fn handler() {}

fn main() {
    let _: axum::Router = gs::routes![handler];
}
