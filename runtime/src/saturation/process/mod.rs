//! The process: its CPU, memory, descriptors and network, and what its container may use.
//!
//! [`Telemetry::install`](crate::Telemetry::install) attaches it. A service that does not call it attaches it by hand:
//!
//! ```
//! use goldsignal::Registry;
//! use goldsignal::saturation::process::Process;
//!
//! Registry::global().attach(Process::current());
//! ```

#[cfg(target_os = "linux")]
mod cgroup;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
mod pressure;
#[cfg(target_os = "linux")]
mod readings;
#[cfg(all(test, target_os = "linux"))]
mod tests;

use std::sync::{Arc, LazyLock};

#[cfg(target_os = "linux")]
use self::linux::Files;
use crate::record::visit::{Readable, Source};

/// The running process, as Linux reports it in `/proc` and in the file systems of control groups, of either version.
///
/// Its families are those of [`series::process`](crate::declare::series::process). Each scrape reads the files, which
/// takes about a tenth of a millisecond. A file that is missing leaves its families out. On other systems than Linux
/// there are none.
///
/// Limits are those of the innermost control group that has one, and pressure is that of the innermost one that measures
/// it. In a container, that is the container's own.
#[derive(Debug)]
pub struct Process {
    #[cfg(target_os = "linux")]
    files: Files,
}

impl Process {
    /// The source of this process. It is the same each time, so a registry exposes it once.
    pub fn current() -> Arc<Self> {
        static CURRENT: LazyLock<Arc<Process>> = LazyLock::new(|| {
            Arc::new(Process {
                #[cfg(target_os = "linux")]
                files: Files::below("/".as_ref()),
            })
        });
        Arc::clone(&CURRENT)
    }

    /// The source of a process whose files are below another root, for tests.
    #[doc(hidden)]
    pub fn below(root: &std::path::Path) -> Arc<Self> {
        #[cfg(target_os = "linux")]
        return Arc::new(Self { files: Files::below(root) });
        #[cfg(not(target_os = "linux"))]
        {
            let _ = root;
            Self::current()
        }
    }

    /// The files that cannot be read, whose families are therefore left out.
    ///
    /// ```
    /// use goldsignal::saturation::process::Process;
    ///
    /// for file in Process::current().missing_files() {
    ///     println!("{file}");
    /// }
    /// ```
    pub fn missing_files(&self) -> Vec<String> {
        #[cfg(target_os = "linux")]
        return self.files.read().missing();
        #[cfg(not(target_os = "linux"))]
        Vec::new()
    }
}

impl Source for Process {
    fn name(&self) -> &'static str {
        "the process"
    }

    fn families(&self) -> Vec<Box<dyn Readable>> {
        #[cfg(target_os = "linux")]
        return self.files.read().families();
        #[cfg(not(target_os = "linux"))]
        Vec::new()
    }
}
