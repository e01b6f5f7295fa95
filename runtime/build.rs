//! The manifest says `links`, which asks for a build script; there is nothing to build.

fn main() {}
