//! Only here because Cargo asks for a build script where `links` is stated.

fn main() {}
