//! A program may know goldsignal by another name: `gs = { package = "goldsignal" }`. Expansions then need `crate = gs`.
//! Without it, every path in them would be an error of its own.

use std::path::Path;
use std::sync::OnceLock;

use proc_macro2::{Span, TokenStream};

/// The error to report in place of the expansion of `input`, if the user has to name goldsignal there. `example` is the
/// attribute with `NAME` for the name.
pub(crate) fn error(input: &TokenStream, example: &str) -> Option<TokenStream> {
    let name = name()?;
    if input.to_string().contains("crate =") {
        return None;
    }
    let example = example.replace("NAME", name);
    let message =
        format!("this crate calls goldsignal `{name}`, in its Cargo.toml; write `{example}`");
    Some(syn::Error::new(Span::call_site(), message).into_compile_error())
}

/// The other name of goldsignal in the crate that is compiled; `None` if it has its own, or none is found.
fn name() -> Option<&'static str> {
    static NAME: OnceLock<Option<String>> = OnceLock::new();
    let read = || {
        let directory = std::env::var_os("CARGO_MANIFEST_DIR")?;
        let manifest = std::fs::read_to_string(Path::new(&directory).join("Cargo.toml")).ok()?;
        other_name(&manifest)
    };
    NAME.get_or_init(read).as_deref()
}

/// The name by which a manifest's dependencies have goldsignal, unless one has its own.
fn other_name(manifest: &str) -> Option<String> {
    let mut found = None;
    let mut section = "";
    for line in manifest.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']').trim();
        }
        let is_goldsignal = line.replace(' ', "").contains("package=\"goldsignal\"");
        let (table, own) = section.rsplit_once('.').unwrap_or((section, ""));
        let name = if section.ends_with("dependencies") && !section.starts_with("workspace") {
            line.split(['=', '.']).next().map(|key| key.trim().trim_matches('"'))
        } else if table.ends_with("dependencies") {
            Some(own)
        } else {
            None
        };
        match name {
            Some("goldsignal") => return None,
            Some(name) if is_goldsignal => found = Some(name.replace('-', "_")),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_other_name() {
        for (manifest, name) in [
            ("[dependencies]\ngs = { package = \"goldsignal\", version = \"0.1\" }", Some("gs")),
            ("[dependencies.gold-signal]\npackage = \"goldsignal\"", Some("gold_signal")),
            (
                "[target.'cfg(unix)'.dependencies]\ngs = {path=\"..\", package=\"goldsignal\"}",
                Some("gs"),
            ),
            ("[dependencies]\ngoldsignal = \"0.1\"", None),
            (
                "[dependencies]\ngoldsignal.workspace = true\ngs = { package = \"goldsignal\" }",
                None,
            ),
            ("[dependencies]\naxum = \"0.8\"", None),
            ("[package]\nname = \"goldsignal\"", None),
        ] {
            assert_eq!(other_name(manifest).as_deref(), name, "{manifest}");
        }
    }
}
