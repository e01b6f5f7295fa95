//! Every name that an expansion uses is defined as something else.
#![allow(dead_code, non_upper_case_globals, non_camel_case_types, unused_macros)]
#![forbid(unsafe_code)]

struct Option;
struct Result;
struct Some;
struct None;
struct String;
struct str;
struct usize;
struct Probe;
struct Domain;
struct Dimension;
trait AsRef {}
mod core {}
mod std {}
mod goldsignal {}
const labels: u8 = 0;
const interner: u8 = 0;
const index: u8 = 0;

#[derive(::goldsignal::Label)]
enum Label {
    Some,
    None,
    Self_,
}

#[derive(::goldsignal::Labels)]
struct Labels<'goldsignal> {
    labels: Label,
    interner: bool,
    #[label(budget = 2)]
    index: &'goldsignal ::core::primitive::str,
}

fn main() {
    let _ = Labels { labels: Label::Some, interner: true, index: "x" };
}
