//! The crate is renamed, and every name that an expansion uses is defined as something else.
#![allow(dead_code, non_camel_case_types, non_upper_case_globals)]
#![forbid(unsafe_code)]

extern crate goldsignal as gs;

struct Option;
struct Result;
struct Some;
struct None;
struct Ok;
struct Err;
struct Box;
struct String;
struct u64;
struct usize;
struct On;
struct Probe;
struct Verdict;
trait Future {}
mod core {}
mod std {}
mod goldsignal {}
const value: u8 = 0;
const result: u8 = 0;
fn amount() {}
fn increment() {}
fn get() {}

#[derive(gs::Metrics)]
#[metrics(crate = gs)]
struct M {
    /// Done.
    done_total: gs::Counter,
    /// By flag.
    flags_total: gs::Counter<By>,
}

#[derive(gs::Labels)]
#[labels(crate = gs)]
struct By {
    flag: bool,
}

type Fallible = ::core::result::Result<::core::primitive::u8, ::core::fmt::Error>;

#[gs::business_counter(M::flags_total, By { flag: start > 0 }, on = always, if = start < 9, crate = gs)]
#[gs::business_counter(M::done_total, by = start, crate = gs)]
fn sync(start: ::core::primitive::u8) -> Fallible {
    if start == 0 {
        return ::core::result::Result::Err(::core::fmt::Error);
    }
    ::core::result::Result::Ok(start)
}

#[gs::business_counter(M::done_total, crate = gs)]
async fn asynchronous(start: ::core::primitive::u8) -> Fallible {
    sync(start)
}

#[gs::business_counter(M::done_total, crate = gs)]
fn boxed() -> ::core::pin::Pin<::std::boxed::Box<dyn ::core::future::Future<Output = Fallible>>> {
    ::std::boxed::Box::pin(async { ::core::result::Result::Ok(1) })
}

fn main() {
    ::std::assert!(sync(0).is_err());
    ::futures::executor::block_on(async {
        ::std::assert!(asynchronous(2).await.is_ok());
        ::std::assert!(boxed().await.is_ok());
    });
    ::std::assert_eq!(M::get().done_total.get(), 2 + 1 + 1);
    ::std::assert_eq!(M::get().flags_total.get(By { flag: true }), 1);
}
