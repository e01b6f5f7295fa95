//! Every name that an expansion uses is defined as something else.
#![allow(dead_code, non_camel_case_types, non_upper_case_globals, unused_macros)]
#![forbid(unsafe_code)]

pub extern crate goldsignal as gs;

struct Option;
struct Result;
struct Some;
struct None;
struct Ok;
struct Err;
struct Box;
struct String;
struct str;
struct usize;
struct bool;
struct Pin;
struct Site;
struct Probe;
struct Verdict;
struct Outcome;
trait Future {}
trait FnOnce {}
mod core {}
mod std {}
mod alloc {}
mod linkme {}
mod goldsignal {}
const SITE: u8 = 0;
const DECLARED: u8 = 0;
const SLO: u8 = 0;
const value: u8 = 0;
const captures: u8 = 0;
const found: u8 = 0;
const result: u8 = 0;
macro_rules! concat { () => {}; }
macro_rules! module_path { () => {}; }
macro_rules! file { () => {}; }
macro_rules! line { () => {}; }
macro_rules! here { () => {}; }
macro_rules! matches { () => {}; }

type Fallible = ::core::result::Result<::core::primitive::u32, ::core::fmt::Error>;

#[gs::observed(crate = gs, slo = API, fields(id, debug = ?id, display = %id, secret = redacted(id), key = hash(id)),
    ok(|n| n = *n), err(|error| error = ?error), level = debug, buckets = [1, 2])]
fn fallible(id: ::core::primitive::u32) -> Fallible {
    if id == 0 {
        return ::core::result::Result::Err(::core::fmt::Error);
    }
    ::core::result::Result::Ok(id)
}

#[gs::observed(crate = gs, get = "/{id}", slo = API, fields(%text))]
async fn handler(text: ::std::string::String) -> ::core::result::Result<::std::string::String, ()> {
    ::core::result::Result::Ok(text)
}

const API: gs::Slo = gs::Slo::new("api", "https://runbooks.example/api").availability(99.9);

#[gs::observed(crate = gs, long)]
async fn asynchronous(id: ::core::primitive::u32) -> ::core::option::Option<::core::primitive::u32> {
    let id = fallible(id).ok()?;
    ::core::option::Option::Some(id)
}

#[gs::observed(crate = gs)]
fn future(id: ::core::primitive::u32) -> impl ::core::future::Future<Output = Fallible> {
    async move { ::core::result::Result::Ok(id) }
}

#[gs::observed(crate = gs)]
fn boxed(id: u32) -> ::core::pin::Pin<::std::boxed::Box<dyn ::core::future::Future<Output = u32>>> {
    ::std::boxed::Box::pin(async move { id })
}

type u32 = ::core::primitive::u32;

#[gs::observed(crate = gs)]
impl Site {
    fn ours(&self) -> Option {
        Option
    }
}

fn main() {
    ::std::assert_eq!(fallible(1), ::core::result::Result::Ok(1));
    ::std::assert!(fallible(0).is_err());
    let _ = Site.ours();
    ::futures::executor::block_on(async {
        ::std::assert_eq!(asynchronous(2).await, ::core::option::Option::Some(2));
        ::std::assert_eq!(future(3).await, ::core::result::Result::Ok(3));
        ::std::assert_eq!(boxed(4).await, 4);
        ::std::assert!(handler(::std::string::String::new()).await.is_ok());
    });
}
