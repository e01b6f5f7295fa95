//! Wrong use does not compile, and the compiler says what to write instead. Right use compiles
//! among hostile names. To accept new messages: `TRYBUILD=overwrite cargo test -p goldsignal-tests
//! --all-features --test ui`.

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/fail/*/*.rs");
    cases.pass("ui/pass/*/*.rs");
}
