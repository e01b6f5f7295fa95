// Paths that are near to those that are refused.
use axum::extract::Path;
use goldsignal::{observed, routes};

#[observed(get = "/")]
async fn root() {}

#[observed(get = "/users/{id}/", put = "/~{id}")]
async fn one(Path(id): Path<String>) -> String {
    id
}

#[observed(get = "/$metadata/a:b/@me,x;y=1/f(1)/.well-known/a.json")]
async fn odd() {}

#[observed(get = "/literal/{{id}}/{user-id}")]
async fn escaped(Path(user): Path<u32>) -> String {
    user.to_string()
}

#[observed(get = "/files/v-{*path}")]
async fn rest(Path(path): Path<String>) -> String {
    path
}

#[observed(get = "/a/{a}/{b}")]
async fn two(Path((first, second)): Path<(u8, u8)>) -> String {
    (first + second).to_string()
}

#[observed(get = "/b/{a}", delete = "/b")]
async fn maybe(a: Option<Path<u8>>) -> String {
    a.map_or(0, |Path(a)| a).to_string()
}

fn main() {
    let _: axum::Router = routes![root, one, odd, escaped, rest, two, maybe];
}
