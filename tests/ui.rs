//! What must not compile does not, and says why; what must compile does.
//!
//! Each file begins with its reason. After a change of words:
//! `TRYBUILD=overwrite cargo test -p goldsignal-tests --test ui`, then review the difference.

/// One test for each macro: a failure names the macro.
macro_rules! cases {
    ($($macro:ident)*) => {$(
        #[test]
        fn $macro() {
            let cases = trybuild::TestCases::new();
            cases.pass(concat!("ui/pass/", stringify!($macro), "/*.rs"));
            cases.compile_fail(concat!("ui/fail/", stringify!($macro), "/*.rs"));
        }
    )*};
}

cases! { label labels metrics fault }
