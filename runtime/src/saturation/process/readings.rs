//! What one scrape reads: values, and the files that could not be read.

use std::fs;
use std::path::Path;

use procfs_core::FromRead;

use crate::declare::series::BuiltIn;
use crate::record::visit::Readable;
use crate::saturation::reading::Reading;

/// The values that were read, and the files that could not be read.
#[derive(Debug, Default)]
pub(super) struct Readings {
    values: Vec<Reading>,
    missing: Vec<String>,
}

impl Readings {
    /// Adds a value.
    pub(super) fn put(&mut self, family: &'static BuiltIn, value: f64) {
        self.add(Reading::new(family, value));
    }

    pub(super) fn add(&mut self, reading: Reading) {
        self.values.push(reading);
    }

    /// Reads and parses a file. `None` if that fails.
    pub(super) fn file<T: FromRead>(&mut self, path: &Path) -> Option<T> {
        let parsed = T::from_file(path).ok();
        if parsed.is_none() {
            self.miss(path);
        }
        parsed
    }

    /// Reads a file as text, and takes a value from it. `None` if one of them fails.
    pub(super) fn text<T>(&mut self, path: &Path, value: impl Fn(&str) -> Option<T>) -> Option<T> {
        let value = fs::read_to_string(path).ok().and_then(|text| value(&text));
        if value.is_none() {
            self.miss(path);
        }
        value
    }

    pub(super) fn miss(&mut self, path: &Path) {
        self.missing.push(path.display().to_string());
    }

    pub(super) fn missing(self) -> Vec<String> {
        self.missing
    }

    pub(super) fn families(self) -> Vec<Box<dyn Readable>> {
        self.values.into_iter().map(|value| Box::new(value) as _).collect()
    }

    /// The value of a family.
    #[cfg(test)]
    pub(super) fn value(&self, family: &BuiltIn) -> Option<f64> {
        self.values.iter().find(|reading| reading.family == family).map(|reading| reading.value)
    }
}
