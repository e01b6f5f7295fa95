//! Finds out by which name a crate knows goldsignal, for the message about a missing `crate = name`.
//!
//! A macro is not told. The command line of the compiler says it: `--extern gs=target/debug/deps/libgoldsignal-0123.rlib`.
//! In another process, such as that of an editor, there is no such argument, and then no message.

use std::sync::OnceLock;

const NAME: &str = "goldsignal";

/// The name, if it is not `goldsignal`.
pub(crate) fn other_name() -> Option<&'static str> {
    static NAME: OnceLock<Option<String>> = OnceLock::new();
    NAME.get_or_init(|| {
        let arguments = std::env::args_os().map(|argument| argument.to_string_lossy().into_owned());
        other_name_in(arguments)
    })
    .as_deref()
}

fn other_name_in(arguments: impl Iterator<Item = String>) -> Option<String> {
    let mut other = None;
    let mut is_extern = false;
    for argument in arguments {
        let value = match argument.strip_prefix("--extern=") {
            Some(value) => Some(value),
            None => is_extern.then_some(argument.as_str()),
        };
        is_extern = argument == "--extern";
        let Some(value) = value else { continue };
        // Options of the dependency come first: `noprelude:name=path`.
        let (name, path) = value.split_once('=').unwrap_or((value, ""));
        let name = name.rsplit(':').next().unwrap_or(name);
        if name == NAME {
            return None;
        }
        let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
        if file.strip_prefix("libgoldsignal").is_some_and(|rest| rest.starts_with(['-', '.'])) {
            other = Some(name.to_owned());
        }
    }
    other
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_that_of_the_library() {
        let name = |arguments: &str| other_name_in(arguments.split(' ').map(str::to_owned));
        assert_eq!(name("rustc --extern gs=/t/libgoldsignal-0a1b.rmeta").as_deref(), Some("gs"));
        assert_eq!(name("rustc --extern=priv:gs=/t/libgoldsignal.rlib").as_deref(), Some("gs"));
        assert_eq!(name("rustc --extern gs=/t/libgoldsignal_macros-0a.so"), None);
        assert_eq!(name("rustc --extern goldsignal=/t/libgoldsignal-0a1b.rlib"), None);
        assert_eq!(name("rustc --extern gs=libgoldsignal-1.rlib --extern goldsignal"), None);
        assert_eq!(name("ra-proc-macro-srv"), None);
    }
}
