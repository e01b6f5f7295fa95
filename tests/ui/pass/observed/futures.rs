//! Functions that return `impl Future`, `Pin<Box<dyn Future>>`, `BoxFuture` or `LocalBoxFuture`; async recursion.
#![deny(warnings, clippy::pedantic)]
#![forbid(unsafe_code)]

use std::pin::Pin;
use std::rc::Rc;

use futures::future::{BoxFuture, LocalBoxFuture};
use goldsignal::observed;

#[observed(fields(n), ok(|n| twice = *n * 2), err(|error| ?error))]
fn opaque(n: u32) -> impl Future<Output = Result<u32, std::fmt::Error>> + Send {
    let checked = n.checked_sub(1);
    async move {
        let n = checked.ok_or(std::fmt::Error)?;
        Ok(n)
    }
}

#[observed]
fn opaque_borrowed<'a>(text: &'a str) -> impl Future<Output = &'a str> + Send + use<'a> {
    async move { text }
}

#[observed]
fn pinned<'a>(n: &'a u32) -> Pin<Box<dyn Future<Output = Option<u32>> + Send + 'a>> {
    if *n == 0 {
        return Box::pin(std::future::ready(None));
    }
    Box::pin(async move { Some(*n) })
}

#[observed(fields(n))]
fn boxed(n: u32) -> BoxFuture<'static, Result<u32, std::fmt::Error>> {
    if n == 0 {
        return Box::pin(async { Err(std::fmt::Error) });
    }
    Box::pin(async move { Ok(n) })
}

#[observed]
fn local(n: &Rc<u32>) -> LocalBoxFuture<'_, u32> {
    Box::pin(async move { **n })
}

#[observed]
async fn not_send(n: Rc<u32>) -> u32 {
    std::future::ready(()).await;
    *n
}

#[observed(fields(depth))]
async fn recursive(depth: u32) -> u32 {
    if depth == 0 {
        return 0;
    }
    1 + Box::pin(recursive(depth - 1)).await
}

#[observed]
fn recursive_boxed(depth: u32) -> BoxFuture<'static, u32> {
    Box::pin(async move { if depth == 0 { 0 } else { 1 + recursive_boxed(depth - 1).await } })
}

fn send<F: Future + Send>(future: F) -> F {
    future
}

#[observed]
async fn large(bytes: [u8; 256]) -> u32 {
    std::future::ready(()).await;
    bytes.iter().map(|byte| u32::from(*byte)).sum()
}

fn main() {
    futures::executor::block_on(async {
        assert_eq!((send(opaque(1)).await, send(opaque(0)).await), (Ok(0), Err(std::fmt::Error)));
        assert_eq!(send(opaque_borrowed("a")).await, "a");
        assert_eq!((send(pinned(&0)).await, pinned(&1).await), (None, Some(1)));
        assert_eq!((send(boxed(0)).await, boxed(1).await), (Err(std::fmt::Error), Ok(1)));
        assert_eq!(local(&Rc::new(2)).await + not_send(Rc::new(3)).await, 5);
        assert_eq!(send(recursive(3)).await + send(recursive_boxed(4)).await, 7);
        assert_eq!(send(large([1; 256])).await, 256);
    });
}
