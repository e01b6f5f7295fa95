// Names that resemble those of secrets, but are none.
use goldsignal::observed;

#[observed(fields(
    author,
    authority,
    passenger,
    tokens_used,
    compass,
    keyboard,
    monkey,
    pinned,
    card_count,
    secretary,
    sessions,
    cookies_eaten
))]
fn f(
    author: &str,
    authority: &str,
    passenger: &str,
    tokens_used: u32,
    compass: &str,
    keyboard: &str,
    monkey: &str,
    pinned: bool,
    card_count: u32,
    secretary: &str,
    sessions: u32,
    cookies_eaten: u8,
) -> usize {
    author.len()
        + authority.len()
        + passenger.len()
        + compass.len()
        + keyboard.len()
        + monkey.len()
        + secretary.len()
}

#[observed(fields(size = headers.len(), kind = headers.get("content-type").is_some()))]
fn g(headers: &axum::http::HeaderMap) {
    _ = headers;
}

fn main() {
    f("", "", "", 1, "", "", "", true, 1, "", 1, 1);
    g(&axum::http::HeaderMap::new());
}
