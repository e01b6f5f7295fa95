// In the edition before the present one.
// edition: 2021
use goldsignal::{observed, routes};

#[observed(get = "/a", fields(size = text.len()))]
async fn a(text: String) -> String {
    text
}

struct Store;

#[observed]
impl Store {
    async fn find(&self, id: u32) -> Option<u32> {
        Some(id)
    }

    fn each<'a>(&'a self, gen: &'a str) -> impl Iterator<Item = char> + 'a {
        gen.chars()
    }
}

fn main() {
    let _: axum::Router = routes![a];
    assert_eq!(futures::executor::block_on(Store.find(1)), Some(1));
    assert_eq!(Store.each("ab").count(), 2);
}
