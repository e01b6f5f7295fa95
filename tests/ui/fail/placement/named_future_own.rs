// A future of a type of the user: the macro cannot see that the function returns a future.
use goldsignal::observed;

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

struct MyFuture;

impl Future for MyFuture {
    type Output = ();
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }
}

#[observed]
fn f() -> MyFuture {
    MyFuture
}

fn main() {}
