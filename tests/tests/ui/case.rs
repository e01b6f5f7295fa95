//! The files of `tests/ui/`.

use std::fs;
use std::path::{Path, PathBuf};

/// The folder of this package. Paths are relative to it, as in the messages of the compiler.
pub(crate) fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file that must compile, or must not.
#[derive(Clone)]
pub(crate) struct Case {
    /// `CLASS/NAME`
    name: String,
    path: PathBuf,
}

impl Case {
    /// All in `ui/KIND/`, in the order of their names.
    ///
    /// # Panics
    /// When there is none: they would all seem to pass.
    pub(crate) fn find(kind: &str) -> Vec<Self> {
        let folder = package().join("ui").join(kind);
        let cases: Vec<_> = files(&folder, "rs")
            .map(|path| {
                let name = path.strip_prefix(&folder).unwrap().with_extension("");
                Self { name: name.to_str().unwrap().to_owned(), path }
            })
            .collect();
        assert!(!cases.is_empty(), "there are no cases in {}", folder.display());
        cases
    }

    /// All expected messages, also those without a case.
    pub(crate) fn messages() -> Vec<PathBuf> {
        files(&package().join("ui"), "stderr").collect()
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The file, relative to the [package].
    pub(crate) fn path(&self) -> &Path {
        self.path.strip_prefix(package()).unwrap()
    }

    /// The file of the expected message.
    pub(crate) fn message(&self) -> PathBuf {
        self.path.with_extension("stderr")
    }

    pub(crate) fn source(&self) -> String {
        fs::read_to_string(&self.path).unwrap()
    }
}

/// All files in the folder and in its folders, sorted.
pub(crate) fn files(folder: &Path, extension: &'static str) -> impl Iterator<Item = PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|is| is == extension) {
                files.push(path);
            }
        }
    }
    files.sort();
    files.into_iter()
}
