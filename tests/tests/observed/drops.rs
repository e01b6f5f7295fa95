//! Arguments are dropped at the same time and in the same order as in the plain function.

use std::cell::RefCell;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Waker};

thread_local! {
    static DROPPED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

#[derive(Debug)]
struct D(&'static str);

impl Drop for D {
    fn drop(&mut self) {
        DROPPED.with_borrow_mut(|dropped| dropped.push(self.0));
    }
}

/// A value that is dropped at the end of the statement that makes it.
fn temporary(_: &D) -> D {
    D("temporary")
}

impl D {
    fn touch(&self) -> usize {
        self.0.len()
    }
}

#[derive(Debug)]
struct Pair {
    left: D,
    right: D,
}

fn pair() -> Pair {
    Pair { left: D("left"), right: D("right") }
}

async fn tick() {
    tokio::task::yield_now().await;
}

/// The names of the values that `f` drops, in order.
fn dropped(f: impl FnOnce()) -> Vec<&'static str> {
    DROPPED.take();
    f();
    DROPPED.take()
}

/// The same functions twice: in `plain` as they are, in `observed` with the attribute.
macro_rules! both {
    ($($item:item)*) => {
        #[allow(
            unused, clippy::needless_pass_by_value, clippy::unused_async, clippy::unused_self,
            clippy::toplevel_ref_arg, clippy::redundant_pattern, clippy::boxed_local,
            reason = "as it is found in the wild"
        )]
        mod plain {
            use super::*;
            #[derive(Debug)]
            pub(super) struct Owner(pub(super) D, pub(super) D);
            $($item)*
        }
        #[allow(
            unused, clippy::needless_pass_by_value, clippy::unused_async, clippy::unused_self,
            clippy::toplevel_ref_arg, clippy::redundant_pattern, clippy::boxed_local,
            reason = "as it is found in the wild"
        )]
        mod observed {
            use super::*;
            #[derive(Debug)]
            pub(super) struct Owner(pub(super) D, pub(super) D);
            $(#[goldsignal::observed] $item)*
        }
    };
}

both! {
    pub(super) fn used(lock: D, conn: D) {
        let _ = (&lock, &conn);
    }
    pub(super) fn used_backwards(lock: D, conn: D) {
        let local = D("local");
        let _ = (&conn, &lock, &local);
    }
    pub(super) fn unused(lock: D, _conn: D, last: D) {}
    pub(super) fn one_used(first: D, second: D, third: D) {
        let _ = &second;
    }
    pub(super) fn moved(first: D, second: D, third: D) {
        drop(second);
        let _ = &first;
    }
    pub(super) fn perhaps_moved(first: D, second: D, move_it: bool) {
        if move_it {
            drop(first);
        }
        let _ = &second;
    }
    pub(super) fn wild(first: D, _: D, third: D) {
        let _ = &first;
    }
    pub(super) fn parts((x, _): (D, D), (_, y): (D, D)) {
        let _ = (&x, &y);
    }
    pub(super) fn rest(first: D, Pair { left, .. }: Pair, [head, ..]: [D; 3]) {
        let _ = (&head, &left);
    }
    pub(super) fn whole(Pair { left, right }: Pair, (mut a, b): (D, D)) {
        a = D("assigned");
        let _ = (&right, &a);
    }
    pub(super) fn by_reference(ref a: D, ref mut b: D, c: D) {
        b.0 = "changed";
        let _ = (&c, &a);
    }
    pub(super) fn bound(a @ _: D, b: D) {
        let _ = &a;
    }
    pub(super) fn fields(pair: Pair, other: Pair) {
        let _ = (&other.right, &pair.right);
    }
    pub(super) fn field_moved(pair: Pair, other: D) {
        drop(pair.right);
        let _ = &other;
    }
    pub(super) fn behind(first: Box<D>, second: Option<D>, third: impl Into<Option<D>>) {
        let _ = (&second, &first);
    }
    pub(super) fn between(first: D, number: u32, text: &str, second: D) -> usize {
        let _ = (number, &second, &first);
        text.len()
    }
    pub(super) fn replaced(mut first: D, mut second: D) {
        first = D("new first");
        second = std::mem::replace(&mut first, D("newer first"));
    }
    pub(super) fn early(first: D, second: D, go: bool) -> Result<usize, std::fmt::Error> {
        let local = D("local");
        let () = go.then_some(()).ok_or(std::fmt::Error)?;
        let _ = (&second, &first);
        Ok(local.touch())
    }
    pub(super) fn returned(first: D, second: D, third: D) -> D {
        let _ = (&third, &first);
        second
    }
    pub(super) fn temporaries(first: D, second: D) -> usize {
        let local = D("local");
        temporary(&first).touch()
    }
    pub(super) fn panics(first: D, second: D) {
        let _local = D("local");
        let _ = (&second, &first);
        panic!("asked for");
    }
    pub(super) fn generic<A, B>(first: A, second: B) -> impl Sized
    where
        B: Into<Option<A>>,
    {
        let _ = (&second, &first);
    }

    pub(super) async fn async_used(lock: D, conn: D) {
        let _ = (&lock, &conn);
        tick().await;
    }
    pub(super) async fn async_mixed(
        first: D, _: D, (x, _): (D, D), mut kept: D, _unused: D, number: u32,
    ) -> usize {
        let local = D("local");
        tick().await;
        kept.0 = "kept, changed";
        let _ = (&x, &first);
        local.touch() + temporary(&first).touch()
    }
    pub(super) async fn async_moved(first: D, second: D, third: D, move_it: bool) {
        if move_it {
            drop(second);
        }
        tick().await;
        let _ = &third;
    }
    pub(super) async fn async_parts(Pair { left, .. }: Pair, ref b: D, [head, ..]: [D; 3]) {
        tick().await;
        let _ = (b, &left, &head);
    }
    pub(super) async fn async_early(first: D, second: D, go: bool) -> Option<usize> {
        let local = D("local");
        go.then_some(())?;
        tick().await;
        Some(local.touch() + first.touch())
    }
    pub(super) async fn async_panics(first: D, second: D) {
        let _local = D("local");
        tick().await;
        let _ = (&second, &first);
        panic!("asked for");
    }

    pub(super) fn future(first: D, second: D) -> impl Future<Output = usize> {
        let outer = D("outer");
        async move {
            tick().await;
            second.touch() + outer.touch()
        }
    }
    pub(super) fn boxed(_: D, second: D) -> Pin<Box<dyn Future<Output = usize>>> {
        Box::pin(async move {
            tick().await;
            second.touch()
        })
    }

    impl Owner {
        pub(super) fn by_value(self, other: D) {
            let _ = &other;
        }
        pub(super) fn by_field(mut self, other: D) -> usize {
            self.1.0 = "second, changed";
            other.touch()
        }
        pub(super) fn field_moved(self, other: D) {
            drop(self.1);
        }
        pub(super) fn boxed(self: Box<Self>, other: D) -> usize {
            self.1.touch()
        }
        pub(super) fn counted(self: Rc<Self>, _: D, other: D) -> usize {
            self.0.touch()
        }
        pub(super) fn borrowed(&self, first: D, second: D) -> usize {
            self.0.touch() + first.touch()
        }
        pub(super) async fn async_by_value(self, first: D, _: D) -> usize {
            tick().await;
            self.1.touch()
        }
        pub(super) async fn async_unused(self, first: D) {}
        pub(super) async fn async_borrowed(&mut self, first: D, (a, _): (D, D)) -> usize {
            tick().await;
            self.1.0 = "changed";
            first.touch()
        }
    }
}

/// Compares the drops of `$call` in both modules, of which `form` is one.
macro_rules! same {
    ($($call:expr;)*) => {$({
        let plain = dropped(|| {
            use plain as form;
            let _ = catch_unwind(AssertUnwindSafe(|| { let _ = $call; }));
        });
        let observed = dropped(|| {
            use observed as form;
            let _ = catch_unwind(AssertUnwindSafe(|| { let _ = $call; }));
        });
        assert!(!plain.is_empty(), "{}", stringify!($call));
        assert_eq!(observed, plain, "{}", stringify!($call));
    })*};
}

/// Polls a future so often, and drops it.
fn polled(times: usize, future: impl Future) {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..times {
        if future.as_mut().poll(&mut context).is_ready() {
            break;
        }
    }
}

/// As [`same`], of a future that is never polled, cancelled, and ended.
macro_rules! same_future {
    ($($call:expr;)*) => {$(
        same! { polled(0, $call); polled(1, $call); polled(9, $call); }
    )*};
}

#[test]
fn arguments_are_dropped_in_reverse() {
    let three = || [D("head"), D("middle"), D("tail")];
    same! {
        form::used(D("lock"), D("conn"));
        form::used_backwards(D("lock"), D("conn"));
        form::unused(D("lock"), D("conn"), D("last"));
        form::one_used(D("1"), D("2"), D("3"));
        form::moved(D("1"), D("2"), D("3"));
        form::perhaps_moved(D("1"), D("2"), true);
        form::perhaps_moved(D("1"), D("2"), false);
        form::wild(D("1"), D("2"), D("3"));
        form::parts((D("x"), D("beside x")), (D("beside y"), D("y")));
        form::rest(D("1"), pair(), three());
        form::whole(pair(), (D("a"), D("b")));
        form::by_reference(D("a"), D("b"), D("c"));
        form::bound(D("a"), D("b"));
        form::fields(pair(), Pair { left: D("other left"), right: D("other right") });
        form::field_moved(pair(), D("other"));
        form::behind(Box::new(D("1")), Some(D("2")), D("3"));
        form::between(D("1"), 2, "three", D("4"));
        form::replaced(D("1"), D("2"));
        form::early(D("1"), D("2"), true);
        form::early(D("1"), D("2"), false);
        form::returned(D("1"), D("2"), D("3"));
        form::temporaries(D("1"), D("2"));
        form::panics(D("1"), D("2"));
        form::generic(D("1"), D("2"));
    }
}

#[test]
fn arguments_of_futures_are_dropped_in_reverse() {
    let three = || [D("head"), D("middle"), D("tail")];
    same_future! {
        form::async_used(D("lock"), D("conn"));
        form::async_mixed(D("1"), D("2"), (D("x"), D("beside x")), D("kept"), D("unused"), 1);
        form::async_moved(D("1"), D("2"), D("3"), true);
        form::async_moved(D("1"), D("2"), D("3"), false);
        form::async_parts(pair(), D("b"), three());
        form::async_early(D("1"), D("2"), true);
        form::async_early(D("1"), D("2"), false);
        form::async_panics(D("1"), D("2"));
        form::future(D("1"), D("2"));
        form::boxed(D("1"), D("2"));
    }
}

#[test]
fn receivers_are_dropped_last() {
    macro_rules! owner {
        ($form:ident) => {
            $form::Owner(D("first"), D("second"))
        };
    }
    same! {
        owner!(form).by_value(D("other"));
        owner!(form).by_field(D("other"));
        owner!(form).field_moved(D("other"));
        Box::new(owner!(form)).boxed(D("other"));
        Rc::new(owner!(form)).counted(D("1"), D("2"));
        owner!(form).borrowed(D("1"), D("2"));
    }
    same_future! {
        owner!(form).async_by_value(D("1"), D("2"));
        owner!(form).async_unused(D("1"));
        owner!(form).async_borrowed(D("1"), (D("a"), D("beside a")));
    }
}
