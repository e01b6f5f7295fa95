//! Misuse does not compile, and the compiler says what to write instead; right use compiles in hostile
//! surroundings. Bless with `TRYBUILD=overwrite cargo test -p goldsignal-tests --test ui`.

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/fail/*/*.rs");
    cases.pass("ui/pass/*/*.rs");
}
