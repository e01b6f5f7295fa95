//! Every name that an expansion uses is defined as something else.
#![allow(dead_code, non_camel_case_types, non_upper_case_globals, unused_macros)]
#![forbid(unsafe_code)]

pub extern crate goldsignal as gs;

struct Option;
struct Result;
struct Some;
struct None;
struct str;
struct u16;
struct Response;
trait IntoResponse {}
trait Display {}
mod core {}
mod std {}
mod axum {}
mod goldsignal {}
const inner: u8 = 0;
const status: u8 = 0;

#[derive(gs::Fault)]
#[fault(crate = gs, response)]
enum Fault {
    #[fault(status = 404)]
    None,
    #[fault(status = 400, blame = client)]
    Some(Option),
    #[fault(transparent)]
    inner(Inner),
    #[fault(status = status)]
    Status { status: ::core::primitive::u16 },
}

#[derive(gs::Fault)]
#[fault(crate = gs, status = 500)]
struct Inner;

fn main() {
    ::std::assert_eq!(gs::Fault::status(&Fault::None), ::core::option::Option::Some(404));
}
