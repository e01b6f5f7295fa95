//! The command, with this test as the program that declares something.

#![cfg(unix)]

use std::fs;
use std::io::Read;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use goldsignal::{Slo, Telemetry, observed};
use tempfile::TempDir;

const API: Slo = Slo::new("api", "Look at the shop.").availability(99.9);

/// Sells an item.
#[observed(get = "/sell", slo = API)]
async fn sell() {}

/// What a script starts as a program.
#[test]
#[ignore = "needs GOLDSIGNAL_CATALOG: the other tests start it"]
fn program() {
    drop(sell());
    let _telemetry = Telemetry::builder("shop").build();
    // Not reached if the catalog was asked for.
    std::thread::sleep(Duration::from_secs(600));
}

/// A folder with a script `shop`, and a script `cargo` that pretends to have built it.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        let this = std::env::current_exe().unwrap();
        folder.script("shop", &format!("exec '{}' --ignored --exact program", this.display()));
        let built = folder.path("shop");
        let message =
            format!("{{\"reason\":\"compiler-artifact\",\"executable\":\"{}\"}}", built.display());
        let folder_of_arguments = folder.path("arguments");
        let record = format!("echo \"$@\" > '{}'", folder_of_arguments.display());
        folder.script(
            "cargo",
            &format!("{record}\necho '{{\"executable\":null}}'\necho '{message}'"),
        );
        fs::write(folder.path("facts.toml"), "service = 'shop'\nnamespace = 'shop'\nteam = 'us'\n")
            .unwrap();
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn script(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-goldsignal"));
        command.arg("goldsignal").args(arguments);
        command.current_dir(self.0.path()).env("CARGO", self.path("cargo"));
        let Output { status, stdout, stderr } = command.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (status.code(), text(stdout), text(stderr))
    }
}

fn assert_has_rules(folder: &Path) {
    let rules = fs::read_to_string(folder.join("prometheus/rules.yaml")).unwrap();
    assert!(
        rules.contains("alert: ShopApiAvailabilityBurnsFast") || rules.contains("BurnsFast"),
        "{rules}"
    );
}

#[test]
fn a_program_that_cargo_builds_has_its_files_generated_and_checked() {
    let folder = Folder::new();
    let (code, out, error) =
        folder.run(&["generate", "--out", "generated", "-p", "shop", "--release"]);
    assert_eq!(code, Some(0), "{out}{error}");
    let arguments = fs::read_to_string(folder.path("arguments")).unwrap();
    assert_eq!(arguments, "build --message-format=json-render-diagnostics -p shop --release\n");
    assert_has_rules(&folder.path("generated"));

    let (code, out, error) = folder.run(&["check", "generated"]);
    assert_eq!(code, Some(0), "{out}{error}");
    let rules = folder.path("generated/prometheus/rules.yaml");
    let stale = fs::read_to_string(&rules).unwrap().replace("severity: page", "severity: ticket");
    fs::write(&rules, stale).unwrap();
    let (code, _, error) = folder.run(&["check", "generated"]);
    assert!(code == Some(1) && error.contains("is stale"), "{error}");
}

#[test]
fn a_program_or_its_catalog_can_be_given() {
    let folder = Folder::new();
    let (code, out, error) = folder.run(&["catalog", "--program", "./shop"]);
    assert_eq!(code, Some(0), "{out}{error}");
    assert!(out.contains("command::sell") && out.contains("objectives"), "{out}");

    let mut program = Command::new(folder.path("shop"));
    assert!(
        program.env("GOLDSIGNAL_CATALOG", folder.path("catalog.json")).status().unwrap().success()
    );
    let (code, again, error) = folder.run(&["--catalog=catalog.json", "catalog"]);
    assert_eq!((code, again), (Some(0), out), "{error}");
}

#[test]
fn facts_that_contradict_the_programs_telemetry_are_refused() {
    let folder = Folder::new();
    let facts = "service = 'store'\nnamespace = 'shop'\nteam = 'us'\n";
    fs::write(folder.path("facts.toml"), facts).unwrap();
    let generate = ["generate", "--out", "generated", "--program", "./shop"];
    let (code, _, error) = folder.run(&generate);
    assert_eq!(code, Some(1));
    assert!(error.contains("facts.toml:1: `service`: it is `store`, but"), "{error}");
    assert!(error.contains("says `shop`; write that, or set OTEL_SERVICE_NAME"), "{error}");

    let facts = "service = 'shop'\nnamespace = 'shop'\nteam = 'us'\nnaming = 'opentelemetry'\n";
    fs::write(folder.path("facts.toml"), facts).unwrap();
    let (_, _, error) = folder.run(&generate);
    assert!(error.contains("facts.toml:4: `naming`: it is `opentelemetry`, but"), "{error}");
}

#[test]
fn a_backtest_asks_servers_behind_tls() {
    let folder = Folder::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let client_hello = std::thread::spawn(move || {
        let mut first = [0];
        listener.accept().unwrap().0.read_exact(&mut first).unwrap();
        first[0]
    });
    let (code, _, error) =
        folder.run(&["backtest", "--program", "./shop", "--slo", "api", "--prometheus", &url]);
    assert_eq!(code, Some(1));
    assert!(error.contains(&format!("`{url}` cannot be reached")), "{error}");
    assert_eq!(client_hello.join().unwrap(), 22, "a TLS handshake begins with its type");
}

#[test]
fn what_is_wrong_is_told_without_a_build() {
    let folder = Folder::new();
    let (code, out, error) = folder.run(&["chekc"]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(error.contains("unknown command `chekc`"), "{error}");
    let (code, out, _) = folder.run(&["--help"]);
    assert_eq!(code, Some(0));
    assert!(
        out.contains("Usage: cargo goldsignal COMMAND") && out.contains("--package NAME"),
        "{out}"
    );
    assert!(!folder.path("arguments").exists());
}

#[test]
fn a_program_without_a_catalog_is_told_what_to_call() {
    let folder = Folder::new();
    folder.script("shop", "exit 3");
    let (code, _, error) = folder.run(&["catalog", "--program", "./shop"]);
    assert_eq!(code, Some(1));
    assert!(error.contains("ended without writing its catalog"), "{error}");
    assert!(error.contains("goldsignal::expose::write_catalog_if_asked()"), "{error}");

    for (message, told) in [
        ("", "made no program"),
        (r#"{"executable":"/a/one"}\n{"executable":"/a/two"}\n"#, "they are one, two"),
    ] {
        folder.script("cargo", &format!("printf '{message}'"));
        let (code, _, error) = folder.run(&["catalog"]);
        assert!(code == Some(1) && error.contains(told), "{error}");
    }
    folder.script("cargo", "exit 101");
    assert!(folder.run(&["catalog"]).2.contains("`cargo build` failed"));
}
