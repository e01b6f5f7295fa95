//! `todo operate …` is answered instead of serving, and its exit codes arrive.

use std::process::{Command, Output};

fn todo(arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } =
        Command::new(env!("CARGO_BIN_EXE_todo")).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

#[test]
fn everything_asked_for_is_written_before_the_end() {
    let (code, out, error) = todo(&["operate", "catalog", "--json"]);
    assert_eq!((code, error.as_str()), (Some(0), ""));
    // Whole: far more than a pipe's or a line's buffer.
    assert!(out.len() > 8192 && out.ends_with("}\n"), "{} bytes", out.len());
}

#[test]
fn what_is_stale_is_1_and_what_is_misspelt_2() {
    let (code, _, error) = todo(&["operate", "check", "no/such/folder"]);
    assert!(code == Some(1) && error.contains("no facts"), "{code:?}: {error}");
    let (code, out, error) = todo(&["operate", "chekc"]);
    assert!(code == Some(2) && out.is_empty(), "{code:?}: {out}");
    assert!(error.contains("unknown command `chekc`"), "{error}");
}

#[test]
fn other_arguments_are_the_programs_own() {
    let (code, out, _) = todo(&["--help"]);
    assert_eq!(code, Some(0));
    assert!(out.contains("Usage: todo"), "{out}");
}
