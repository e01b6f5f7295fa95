//! `?`, early `return`s, coercions and values of every type behave as without the attribute, with strict lints.
#![deny(warnings, clippy::pedantic)]
#![forbid(unsafe_code)]

use std::error::Error;
use std::fmt::{Debug, Display};
use std::ops::ControlFlow;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use goldsignal::observed;

#[observed]
fn question(text: &str) -> Result<u32, Box<dyn Error + Send + Sync>> {
    if text.is_empty() {
        return Err("empty".into());
    }
    let number: u32 = text.parse()?;
    if number == 7 {
        Err("seven")?;
    }
    Ok(number)
}

#[observed]
async fn mixed(text: &str) -> Option<u32> {
    let first = text.chars().next()?;
    if first == 'x' {
        return None;
    }
    match first.to_digit(10) {
        Some(digit) => Some(digit),
        None => return None,
    }
}

#[observed]
fn unsized_coercion(flag: bool) -> Box<dyn Display> {
    if flag {
        return Box::new(1);
    }
    Box::new("a")
}

#[observed]
async fn reference<'a>(items: &'a [Box<dyn Debug + Send + Sync>]) -> &'a dyn Debug {
    if items.len() > 1 {
        return &*items[1];
    }
    &*items[0]
}

#[observed]
fn nothing() {}

#[observed]
async fn nothing_async(flag: bool) {
    if flag {
        return;
    }
    std::future::ready(()).await;
}

#[observed]
fn diverges(flag: bool) -> u32 {
    if flag { 1 } else { panic!("asked for") }
}

#[observed]
fn never() -> ! {
    panic!("never")
}

#[observed]
async fn never_async() -> ! {
    panic!("never")
}

#[observed]
fn flow(n: u32) -> ControlFlow<u32> {
    if n > 1 {
        return ControlFlow::Break(n);
    }
    ControlFlow::Continue(())
}

#[observed]
async fn response(status: u16) -> Response {
    StatusCode::from_u16(status).map_or_else(|_| "bad".into_response(), IntoResponse::into_response)
}

#[observed]
async fn tuple() -> (StatusCode, [(&'static str, &'static str); 1], String) {
    (StatusCode::CREATED, [("x-a", "b")], String::from("c"))
}

type Alias<T> = Result<T, StatusCode>;

#[observed(ok(|n| n = *n), err(|status| status = status.as_u16()))]
async fn alias(n: u32) -> Alias<u32> {
    let n = n.checked_sub(1).ok_or(StatusCode::BAD_REQUEST)?;
    Ok(n)
}

#[observed(fields(depth))]
fn recursive(depth: u32) -> u32 {
    if depth == 0 { 0 } else { 1 + recursive(depth - 1) }
}

#[observed]
fn function_pointer() -> fn(u32) -> u32 {
    recursive
}

fn main() {
    assert_eq!(question("3").unwrap(), 3);
    assert!(question("").is_err() && question("a").is_err() && question("7").is_err());
    assert_eq!(unsized_coercion(true).to_string() + &unsized_coercion(false).to_string(), "1a");
    nothing();
    assert_eq!(diverges(true), 1);
    assert!(std::panic::catch_unwind(|| diverges(false)).is_err());
    assert!(std::panic::catch_unwind(|| never()).is_err());
    assert_eq!(flow(2), ControlFlow::Break(2));
    assert_eq!(flow(1), ControlFlow::Continue(()));
    assert_eq!(function_pointer()(4), 4);
    futures::executor::block_on(async {
        assert_eq!((mixed("1").await, mixed("x").await, mixed("y").await), (Some(1), None, None));
        assert_eq!(format!("{:?}", reference(&[Box::new(1), Box::new("b")]).await), "\"b\"");
        nothing_async(true).await;
        nothing_async(false).await;
        assert_eq!(response(204).await.status(), 204);
        assert_eq!(tuple().await.into_response().status(), 201);
        assert_eq!((alias(2).await, alias(0).await), (Ok(1), Err(StatusCode::BAD_REQUEST)));
        drop(never_async());
    });
}
