// Generic errors, and errors inside of `Box`, `Arc` and references.
use std::sync::Arc;

use goldsignal::{Fault, observed};

#[derive(Debug, Fault)]
#[fault(status = 409)]
struct Conflict<T> {
    value: T,
}

#[derive(Debug, Fault)]
enum Wrapped<E: Fault> {
    #[fault(transparent)]
    Inner(E),
    #[fault(transparent)]
    Boxed(Box<E>),
}

#[observed]
fn f(value: u32) -> Result<u32, Conflict<u32>> {
    Err(Conflict { value })
}

#[observed]
fn g() -> Result<u32, Box<Conflict<u8>>> {
    Err(Box::new(Conflict { value: 1 }))
}

#[observed]
fn h() -> Result<u32, Arc<Conflict<u8>>> {
    Err(Arc::new(Conflict { value: 1 }))
}

fn main() {
    assert_eq!(f(1).unwrap_err().status(), Some(409));
    assert!(g().is_err() && h().is_err());
    assert_eq!(Wrapped::Inner(Conflict { value: 1 }).error_type(), "conflict");
    assert_eq!(Wrapped::Boxed(Box::new(Conflict { value: 1 })).status(), Some(409));
}
