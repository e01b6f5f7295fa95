//! Instructions and cache misses of a request, counted by valgrind for all threads of the server.
//!
//! Unlike times they repeat, on any machine: the simulated caches have the sizes that are named here, and the load sends one
//! request after the other. The kernel is not counted. It is callgrind that counts, with cachegrind's caches: it can leave out
//! the start, in which clocks are calibrated for as long as that takes.

use std::path::Path;
use std::process::Command;

use serde::{Deserialize, Serialize};

use super::case::Case;
use super::load::Load;
use super::process::Server;

/// Caches of a small core: 32 KiB for instructions and for data, and 512 KiB for both behind them.
const CACHES: [&str; 3] = ["--I1=32768,8,64", "--D1=32768,8,64", "--LL=524288,8,64"];

/// Requests alternate between so many connections.
const CONNECTIONS: usize = 4;

/// Requests until everything has been met, and those that are counted.
const WARM: usize = 400;
const COUNTED: usize = 1600;

/// What a request takes.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(crate) struct Counts {
    pub(crate) instructions: f64,
    /// Misses of the first cache of instructions, and of the one of data.
    pub(crate) instruction_misses: f64,
    pub(crate) data_misses: f64,
    /// Misses of the cache behind both.
    pub(crate) last_misses: f64,
}

/// Counts what a request takes. The profile that says where is written into `kept`.
///
/// # Errors
/// If valgrind cannot be run, or a request fails.
pub(super) fn count(case: &Case, kept: Option<&Path>) -> Result<Counts, String> {
    let folder = std::env::temp_dir().join(format!("goldsignal-server-{}", std::process::id()));
    let said = |error| format!("{}: {error}", folder.display());
    std::fs::create_dir_all(&folder).map_err(said)?;
    let profile = folder.join("counts.2");
    let counted = serve(case, &folder).and_then(|()| Totals::read(&profile));
    if let Some(kept) = kept {
        let copy = kept.join(&case.label).with_extension("callgrind");
        std::fs::copy(&profile, &copy).map_err(|error| format!("{}: {error}", copy.display()))?;
    }
    std::fs::remove_dir_all(&folder).map_err(said)?;
    let totals = counted?;
    #[expect(clippy::cast_precision_loss, reason = "far below 2⁵²")]
    let each = |events: &[&str]| {
        events.iter().map(|event| totals.of(event)).sum::<u64>() as f64 / COUNTED as f64
    };
    Ok(Counts {
        instructions: each(&["Ir"]),
        instruction_misses: each(&["I1mr"]),
        data_misses: each(&["D1mr", "D1mw"]),
        last_misses: each(&["ILmr", "DLmr", "DLmw"]),
    })
}

/// Lets a server answer the requests that are counted: between its first mark and its second.
fn serve(case: &Case, folder: &Path) -> Result<(), String> {
    let mut server = Server::start_by(valgrind(folder, &case.program), case)?;
    let failed = |error| format!("`{}`: {error}", case.label);
    let mut load = Load::connect(server.address(), CONNECTIONS).map_err(failed)?;
    load.run_in_turn(WARM).map_err(failed)?;
    server.mark()?;
    load.run_in_turn(COUNTED).map_err(failed)?;
    server.mark()?;
    server.stop_after((WARM + COUNTED) as u64)
}

/// Valgrind, that it runs `program` and writes what it has counted into `folder`.
fn valgrind(folder: &Path, program: &Path) -> Command {
    let mut command = Command::new("valgrind");
    command.args(["--quiet", "--tool=callgrind", "--cache-sim=yes"]).args(CACHES);
    // What was counted until then is written to a file, and counting begins again.
    command.arg("--dump-before=*marked_for_valgrind*");
    command.arg(format!("--callgrind-out-file={}/counts", folder.display())).arg(program);
    // The environment is on the stack: its size moves what is on it to other cache lines.
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

/// What valgrind has counted between two marks.
struct Totals {
    events: Vec<String>,
    counts: Vec<u64>,
}

impl Totals {
    fn read(file: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(file)
            .map_err(|error| format!("{}: {error}", file.display()))?;
        let words = |key: &str| {
            let line = text.lines().rev().find_map(|line| line.strip_prefix(key));
            line.unwrap_or_default().split_whitespace()
        };
        let events = words("events:").map(str::to_owned).collect();
        let counts = words("summary:").map_while(|count| count.parse().ok()).collect();
        Ok(Self { events, counts })
    }

    fn of(&self, event: &str) -> u64 {
        let position = self.events.iter().position(|known| known == event);
        position.and_then(|position| self.counts.get(position)).copied().unwrap_or(0)
    }
}
