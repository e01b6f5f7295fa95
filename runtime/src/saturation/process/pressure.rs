//! Pressure: the time in which threads waited for a CPU, memory or disks
//! (<https://docs.kernel.org/accounting/psi.html>).

use std::fs;
use std::path::{Path, PathBuf};

use procfs_core::parse_pressure_record;

use super::linux::float;
use super::readings::Readings;
use crate::declare::series::BuiltIn;
use crate::declare::series::process as series;

/// The resources, each with the families of the time in which some waited and all waited. A CPU always runs something.
const RESOURCES: [(&str, &BuiltIn, Option<&BuiltIn>); 3] = [
    ("cpu", &series::PRESSURE_CPU_WAITING, None),
    ("memory", &series::PRESSURE_MEMORY_WAITING, Some(&series::PRESSURE_MEMORY_STALLED)),
    ("io", &series::PRESSURE_IO_WAITING, Some(&series::PRESSURE_IO_STALLED)),
];

/// Reads the pressure of the innermost group that measures it, or else of the machine.
pub(super) fn read(groups: &[PathBuf], machine: &Path, readings: &mut Readings) {
    for (resource, waiting, stalled) in RESOURCES {
        let of_groups = groups.iter().map(|folder| folder.join(format!("{resource}.pressure")));
        let of_machine = machine.join(resource);
        let mut files = of_groups.chain([of_machine.clone()]);
        // A kernel that does not measure may have the files, and refuse to read them.
        let Some(text) = files.find_map(|file| fs::read_to_string(file).ok()) else {
            readings.miss(&of_machine);
            continue;
        };
        if let Some(seconds) = total(&text, "some ") {
            readings.put(waiting, seconds);
        }
        if let Some((family, seconds)) = stalled.zip(total(&text, "full ")) {
            readings.put(family, seconds);
        }
    }
}

/// The seconds of the line that begins with `kind`. Before Linux 5.13 there is no line `full` for the CPU.
fn total(text: &str, kind: &str) -> Option<f64> {
    let line = text.lines().find(|line| line.starts_with(kind))?;
    Some(float(parse_pressure_record(line).ok()?.total) / 1e6)
}
