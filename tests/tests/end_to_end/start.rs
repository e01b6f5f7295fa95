//! A service that cannot start says why in one sentence.

use std::net::TcpListener;

use goldsignal_tests::free_address;

use crate::service::command;

/// Starts the service, which must fail; returns its output.
async fn refused(arguments: &[&str], admin: &str) -> String {
    let mut command = command();
    command.args(arguments).env("GOLDSIGNAL_ADMIN_ADDR", admin);
    let output = command.output().await.unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success(), "{arguments:?} must fail");
    assert!(!said.contains("panicked") && !said.contains("RUST_BACKTRACE"), "{said}");
    said
}

fn one_sentence(said: &str, parts: &[&str]) {
    assert_eq!(said.trim_end().lines().count(), 1, "one sentence: {said}");
    for part in parts {
        assert!(said.contains(part), "{part} in {said}");
    }
}

#[tokio::test]
#[ignore = "needs programs: run tests/run end_to_end"]
async fn a_port_in_use() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = listener.local_addr().unwrap().to_string();
    let dir = tempfile::tempdir().unwrap();
    let database = dir.path().join("todo.db");
    let database = database.to_str().unwrap();
    let said = refused(&["--listen", &taken, "--database", database], "off").await;
    one_sentence(&said, &["cannot listen on", &taken, "--listen"]);
    let free = free_address().to_string();
    let said = refused(&["--listen", &free, "--database", database], &taken).await;
    one_sentence(&said, &["admin listener", &taken, "GOLDSIGNAL_ADMIN_ADDR"]);
}

#[tokio::test]
#[ignore = "needs programs: run tests/run end_to_end"]
async fn a_database_that_cannot_be_written() {
    let free = free_address().to_string();
    let said = refused(&["--listen", &free, "--database", "/proc/no/todo.db"], "off").await;
    one_sentence(&said, &["cannot open the database `/proc/no/todo.db`", "--database"]);
    let dir = tempfile::tempdir().unwrap();
    let directory = dir.path().to_str().unwrap();
    let said = refused(&["--listen", &free, "--database", directory], "off").await;
    one_sentence(&said, &["cannot open the database", directory, "--database"]);
    let other = dir.path().join("notes.txt");
    std::fs::write(&other, "This file is no database, and stays as it is. ".repeat(40)).unwrap();
    let other = other.to_str().unwrap();
    let said = refused(&["--listen", &free, "--database", other], "off").await;
    one_sentence(&said, &["cannot open the database", other, "--database"]);
}

#[tokio::test]
#[ignore = "needs programs: run tests/run end_to_end"]
async fn a_bad_option() {
    let said = refused(&["--lisen", "127.0.0.1:1"], "off").await;
    assert!(said.contains("--lisen") && said.contains("--listen"), "{said}");
    let said = refused(&["--listen", "somewhere"], "off").await;
    assert!(said.contains("somewhere"), "{said}");
    let free = free_address().to_string();
    let said = refused(&["--demo", "--listen", &free], "nowhere").await;
    one_sentence(&said, &["GOLDSIGNAL_ADMIN_ADDR", "`nowhere`"]);
}
