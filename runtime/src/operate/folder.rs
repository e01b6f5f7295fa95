//! Writes the folder of generated files, and compares it with newly generated ones.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

use similar::TextDiff;

use super::artefact::{Artefact, is_generated};

/// The result of [`write`](fn@write).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Written {
    /// The number of files that were written, because they were missing or different.
    pub changed: usize,
    /// The number of files that were already up to date.
    pub unchanged: usize,
    /// The number of files that were removed, because no generator produces them any more.
    pub removed: usize,
}

/// Why a folder cannot be written or compared.
#[derive(Debug)]
pub(super) enum FolderError {
    /// Files that were not generated have the paths of generated ones.
    NotGenerated(Vec<PathBuf>),
    /// The file system reported an error.
    Io(PathBuf, io::Error),
}

impl fmt::Display for FolderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotGenerated(files) => {
                f.write_str(
                    "these files were not generated, so they are not overwritten; move them away:",
                )?;
                files.iter().try_for_each(|file| write!(f, "\n  {}", file.display()))
            }
            Self::Io(path, error) => write!(f, "`{}`: {error}", path.display()),
        }
    }
}

impl std::error::Error for FolderError {}

/// Writes `artefacts` into `folder`, and removes other files that were generated earlier.
///
/// # Errors
/// If a file that was not generated would be overwritten, in which case nothing is written, or if
/// the file system reports an error.
pub(super) fn write(folder: &Path, artefacts: &[Artefact]) -> Result<Written, FolderError> {
    refuse_foreign(folder, artefacts)?;
    let mut written = Written::default();
    for artefact in artefacts {
        let path = folder.join(&artefact.path);
        if read(&path)?.as_deref() == Some(&artefact.text) {
            written.unchanged += 1;
            continue;
        }
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).map_err(|error| FolderError::Io(parent.to_owned(), error))?;
        fs::write(&path, &artefact.text).map_err(|error| FolderError::Io(path, error))?;
        written.changed += 1;
    }
    for path in orphans(folder, artefacts)? {
        fs::remove_file(&path).map_err(|error| FolderError::Io(path, error))?;
        written.removed += 1;
    }
    Ok(written)
}

/// Returns what `write` would change as a unified diff; `None` if the folder is up to date. A change that several formats
/// repeat is shown once: of the others the names are listed.
///
/// # Errors
/// As [`write`](fn@write).
pub(super) fn differences(
    folder: &Path,
    artefacts: &[Artefact],
) -> Result<Option<String>, FolderError> {
    refuse_foreign(folder, artefacts)?;
    let mut stale = Vec::new();
    for artefact in artefacts {
        let committed = read(&folder.join(&artefact.path))?;
        if committed.as_deref() != Some(&artefact.text) {
            stale.push((artefact, committed.unwrap_or_default()));
        }
    }
    let is_repeated = |path: &str| {
        let is_source = |other: &str, source| other != path && other.starts_with(source);
        source_of(path)
            .is_some_and(|source| stale.iter().any(|(other, _)| is_source(&other.path, source)))
    };
    let (repeated, rest): (Vec<_>, Vec<_>) =
        stale.iter().partition(|(artefact, _)| is_repeated(&artefact.path));
    let mut all = String::new();
    for (artefact, committed) in rest {
        all += &diff(&folder.join(&artefact.path), committed, &artefact.text);
    }
    for path in orphans(folder, artefacts)? {
        all += &diff(&path, &read(&path)?.unwrap_or_default(), "");
    }
    if !repeated.is_empty() {
        all += "\nStale in the same way, in other formats:\n";
        all.extend(repeated.iter().map(|(one, _)| format!("  {}\n", one.path)));
    }
    Ok((!all.is_empty()).then_some(all))
}

/// The files whose content the file at `path` repeats in another format: how their paths begin.
fn source_of(path: &str) -> Option<&'static str> {
    const REPEATED: [(&str, &str); 10] = [
        ("kubernetes/prometheus-rule.yaml", "prometheus/rules.yaml"),
        ("prometheus/tests/", "prometheus/rules.yaml"),
        ("openslo/", "prometheus/rules.yaml"),
        ("argo-rollouts/", "prometheus/rules.yaml"),
        ("flagger/", "prometheus/rules.yaml"),
        ("runbooks/", "prometheus/rules.yaml"),
        ("kubernetes/dashboards.yaml", "grafana/"),
        ("perses", "grafana/"),
        ("kubernetes/alertmanager-config.yaml", "alertmanager/"),
        ("catalog.json", ""),
    ];
    let repeated = REPEATED.iter().find(|(start, _)| path.starts_with(start));
    repeated.map(|(_, source)| *source)
}

fn diff(path: &Path, committed: &str, generated: &str) -> String {
    let path = path.display();
    TextDiff::from_lines(committed, generated)
        .unified_diff()
        .header(&format!("{path} (committed)"), &format!("{path} (generated now)"))
        .to_string()
}

fn refuse_foreign(folder: &Path, artefacts: &[Artefact]) -> Result<(), FolderError> {
    let mut foreign = Vec::new();
    for artefact in artefacts {
        let path = folder.join(&artefact.path);
        if read(&path)?.is_some_and(|text| !is_generated(&text)) {
            foreign.push(path);
        }
    }
    if foreign.is_empty() { Ok(()) } else { Err(FolderError::NotGenerated(foreign)) }
}

/// Generated files in the folder that are not among `artefacts`.
fn orphans(folder: &Path, artefacts: &[Artefact]) -> Result<Vec<PathBuf>, FolderError> {
    let known: BTreeSet<_> = artefacts.iter().map(|one| folder.join(&one.path)).collect();
    let mut orphans = Vec::new();
    for path in files(folder)? {
        if !known.contains(&path) && read(&path)?.is_some_and(|text| is_generated(&text)) {
            orphans.push(path);
        }
    }
    orphans.sort();
    Ok(orphans)
}

/// Every file below `folder`, without following symbolic links.
fn files(folder: &Path) -> Result<Vec<PathBuf>, FolderError> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let failed = |error| FolderError::Io(folder.clone(), error);
        let entries = match fs::read_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries.map_err(failed)?,
        };
        for entry in entries {
            let entry = entry.map_err(failed)?;
            let kind = entry.file_type().map_err(failed)?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                found.push(entry.path());
            }
        }
    }
    Ok(found)
}

/// A file's text; `None` if there is no file. Invalid UTF-8 is replaced, because a generated file
/// never contains any.
fn read(path: &Path) -> Result<Option<String>, FolderError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(FolderError::Io(path.to_owned(), error)),
    }
}

#[cfg(test)]
mod tests;
