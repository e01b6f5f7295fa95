//! Compiles a case as Cargo would, but without Cargo.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;

use crate::case::{Case, package};
use crate::dependencies::Dependencies;
use crate::header::Header;
use crate::message::normalize;

/// The package whose dependencies a case has, unless it says `package: NAME`.
const PACKAGE: &str = "goldsignal-tests";

pub(crate) struct Compiler {
    sysroot: PathBuf,
    dependencies: Mutex<BTreeMap<String, Dependencies>>,
}

/// What the compiler made of a case.
pub(crate) struct Compiled {
    pub(crate) is_accepted: bool,
    pub(crate) message: String,
}

impl Compiler {
    pub(crate) fn new() -> Self {
        let output = Command::new("rustc").args(["--print", "sysroot"]).output().expect("rustc");
        let sysroot = String::from_utf8(output.stdout).expect("a path");
        Self { sysroot: sysroot.trim_end().into(), dependencies: Mutex::default() }
    }

    /// Compiles the case as far as `cargo check` does.
    pub(crate) fn check(&self, case: &Case) -> io::Result<Compiled> {
        self.compile(case, &["--emit=metadata"], &folder(case)?)
    }

    /// Compiles the case to a program, whose path it returns.
    pub(crate) fn build(&self, case: &Case) -> io::Result<(Compiled, PathBuf)> {
        let folder = folder(case)?;
        let compiled = self.compile(case, &["--emit=link", "-Cdebuginfo=0"], &folder)?;
        Ok((compiled, folder.join("case")))
    }

    fn compile(&self, case: &Case, options: &[&str], folder: &Path) -> io::Result<Compiled> {
        let header = Header::parse(&case.source());
        // Cargo compiles there, so paths in the compiled libraries begin there.
        let repository = package().parent().expect("the repository");
        let path = Path::new("tests").join(case.path());
        let edition = header.get("edition").unwrap_or("2024");
        let Output { status, stderr, .. } = Command::new(self.sysroot.join("bin/rustc"))
            .current_dir(repository)
            .arg(&path)
            .args(["--crate-name=case", "--crate-type=bin", "--color=never", "--edition", edition])
            // What a case defines need not be used.
            .args(options)
            .arg("-Adead_code")
            .arg("--out-dir")
            .arg(folder)
            .args(self.dependencies(header.get("package").unwrap_or(PACKAGE)).arguments())
            .output()?;
        let stderr = String::from_utf8(stderr).map_err(io::Error::other)?;
        let message = normalize(&stderr, &path, &self.sysroot, repository);
        Ok(Compiled { is_accepted: status.success(), message })
    }

    /// Cargo compiles the dependencies of each package once, whichever case comes first.
    fn dependencies(&self, package: &str) -> Dependencies {
        let mut known = self.dependencies.lock().unwrap();
        if !known.contains_key(package) {
            known.insert(package.to_owned(), Dependencies::of(package));
        }
        known[package].clone()
    }
}

/// What the compiler writes for the case goes here.
fn folder(case: &Case) -> io::Result<PathBuf> {
    let folder =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join("ui").join(case.path().with_extension(""));
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}
