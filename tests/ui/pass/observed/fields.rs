//! Every form of field, with values of every type, captured at entry and at the end.
#![deny(warnings, clippy::pedantic)]
#![forbid(unsafe_code)]

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use goldsignal::observed;
use secrecy::{ExposeSecret, SecretString};

#[derive(Clone, Debug)]
struct User {
    id: u64,
    name: Option<String>,
    address: Address,
}

#[derive(Clone, Debug)]
struct Address {
    city: Cow<'static, str>,
}

#[observed(
    fields(
        user.id,
        user.name,
        city = user.address.city,
        %ip,
        ?user,
        "a-b" = 1,
        a.b.c = %ip,
        a.type = ?method,
        method,
        wait,
        ratio = 0.5_f32 * 2.0,
        flag = user.name.is_some(),
        none = None::<u8>,
        shared,
        &text,
        initial = text.chars().next(),
        len = text.len(),
        block = { let n = text.len(); n + 1 },
        call = helper(text),
        mac = format!("{text}!"),
        password = redacted(password),
        token = hash(password.expose_secret()),
        hash(text_key),
        redacted(cookie),
    ),
    ok(|Address { city }| city_found = city, city_len = city.len()),
    err(|status| status = *status, status_text = %status),
)]
#[allow(clippy::too_many_arguments)]
fn everything(
    user: User,
    ip: IpAddr,
    method: &Method,
    wait: Duration,
    shared: Arc<str>,
    text: &str,
    password: SecretString,
    text_key: u8,
    cookie: &str,
) -> Result<Address, StatusCode> {
    // The body can move every argument: the fields were captured before.
    let moved = (ip, method, wait, shared, text, password, text_key, cookie);
    drop(moved);
    if user.id == 0 { Err(StatusCode::NOT_FOUND) } else { Ok(user.address) }
}

fn helper(text: &str) -> usize {
    text.len()
}

#[observed(fields(id), ok(|(a, _)| a), err(|_| failed = true))]
async fn tuple(id: Option<u32>) -> Result<(u32, String), std::fmt::Error> {
    let id = id.ok_or(std::fmt::Error)?;
    Ok((id, String::new()))
}

#[observed(ok(|whole| rows = whole.len(), first = whole.first()), level = trace)]
async fn option(n: usize) -> Option<Vec<u32>> {
    (n > 0).then(|| vec![1; n])
}

#[observed(ok(|n| n = *n))]
fn neither(n: u8) -> u8 {
    n
}

fn main() {
    let call = |id| {
        let user = User { id, name: None, address: Address { city: "Bern".into() } };
        let ip = IpAddr::from([127, 0, 0, 1]);
        everything(user, ip, &Method::GET, Duration::ZERO, "a".into(), "b", "c".into(), 1, "d")
    };
    assert_eq!(call(1).unwrap().city, "Bern");
    assert_eq!(call(0).unwrap_err(), 404);
    assert_eq!(neither(1), 1);
    futures::executor::block_on(async {
        assert!(tuple(None).await.is_err());
        assert_eq!(tuple(Some(1)).await.unwrap().0, 1);
        assert_eq!(option(2).await.map(|rows| rows.len()), Some(2));
        assert_eq!(option(0).await, None);
    });
}
