// Methods that take an argument by value may be called if its type is `Copy`.
use goldsignal::observed;

#[derive(Clone, Copy)]
struct Page {
    size: Option<u32>,
}

#[observed(fields(limit = limit.unwrap_or(10), size = page.size.unwrap_or_default()))]
fn list(limit: Option<u32>, page: Page) -> u32 {
    limit.unwrap_or_default() + page.size.unwrap_or(1)
}

#[observed(fields(limit = limit.unwrap_or(10)))]
async fn list_later(limit: Option<u32>) -> Option<u32> {
    limit
}

fn main() {
    assert_eq!(list(Some(3), Page { size: None }), 4);
    drop(list_later(None));
}
