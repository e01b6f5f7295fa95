//! Compares the public surface of goldsignal, with all features, with the listing in `runtime/public-api.txt`. `--bless` writes
//! the listing anew.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;
use std::process::{Command, ExitCode};

use public_api::Builder;

const LISTING: &str = "runtime/public-api.txt";

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let now = listing(&root)?;
    let path = root.join(LISTING);
    println!("{}", summary(&now));
    if std::env::args().any(|argument| argument == "--bless") {
        std::fs::write(path, now)?;
        return Ok(ExitCode::SUCCESS);
    }
    let then = std::fs::read_to_string(path)?;
    if then == now {
        return Ok(ExitCode::SUCCESS);
    }
    for (sign, from, to) in [('-', &then, &now), ('+', &now, &then)] {
        let others: BTreeSet<&str> = to.lines().collect();
        for line in from.lines().filter(|line| !others.contains(line)) {
            println!("{sign}{line}");
        }
    }
    println!(
        "the public surface is not that of {LISTING}; read the difference, then run this with `-- --bless`"
    );
    Ok(ExitCode::FAILURE)
}

/// Each public item in a line, as rustdoc sees it. Blanket and auto-trait implementations are left out, and the methods of
/// derived ones.
fn listing(root: &Path) -> Result<String, Box<dyn Error>> {
    let target = root.join("target");
    let status = Command::new("cargo")
        .args(["rustdoc", "-p", "goldsignal", "--lib", "--all-features", "--target-dir"])
        .arg(&target)
        .args(["--", "-Zunstable-options", "--output-format=json"])
        .env("RUSTDOC", root.join("tests/public_api/rustdoc"))
        .current_dir(root)
        .status()?;
    if !status.success() {
        return Err("rustdoc failed".into());
    }
    let json = target.join("doc/goldsignal.json");
    let surface = |without_derived| {
        Builder::from_rustdoc_json(&json)
            .omit_blanket_impls(true)
            .omit_auto_trait_impls(true)
            .omit_auto_derived_impls(without_derived)
            .build()
            .map(|surface| surface.to_string())
    };
    let (all, without_derived) = (surface(false)?, surface(true)?);
    let others: BTreeSet<&str> = without_derived.lines().collect();
    let is_derived = |line: &str| line.starts_with("impl") && !line.contains("StructuralPartialEq");
    let listed = |line: &&str| is_derived(line) || others.contains(line);
    Ok(all.lines().filter(listed).flat_map(|line| [line, "\n"]).collect())
}

/// How many lines there are of each kind.
fn summary(listing: &str) -> String {
    const KINDS: [&str; 10] =
        ["const", "enum", "fn", "impl", "macro", "mod", "static", "struct", "trait", "type"];
    let mut counts = BTreeMap::new();
    for line in listing.lines() {
        let words = line.split([' ', '<']).take_while(|word| !word.contains("::"));
        let kind = words.filter(|word| KINDS.contains(word)).last();
        *counts.entry(kind.unwrap_or("variant or field")).or_insert(0) += 1;
    }
    let counts: Vec<String> =
        counts.into_iter().map(|(kind, count)| format!("{kind} {count}")).collect();
    format!("{} lines: {}", listing.lines().count(), counts.join(", "))
}
