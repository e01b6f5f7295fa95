//! Any `RUST_LOG` is read, or is refused with a message.

use std::io;
use std::net::SocketAddr;
use std::sync::LazyLock;

use goldsignal::Telemetry;
use goldsignal::emit::LogWriter;
use goldsignal::telemetry::TelemetryError;
use proptest::prelude::*;

static WRITER: LazyLock<LogWriter> = LazyLock::new(|| LogWriter::new(io::sink()));

fn read(directives: &str) -> Result<Telemetry, TelemetryError> {
    let builder = Telemetry::builder("x").admin(None::<SocketAddr>).log_writer(WRITER.clone());
    builder.log_filter(directives).build()
}

fn soup() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(
        [
            "info", "WARN", "off", "trace", "=", ",", ",,", "::", "my_app", " ", "[", "]", "{a=1}",
            "/", "\n", "ä", "7",
        ]
        .as_slice(),
    );
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(super::cases(512))]

    #[test]
    fn never_panics(directives in prop_oneof![any::<String>(), soup()]) {
        if let Err(error) = read(&directives) {
            let said = error.to_string();
            prop_assert!(said.starts_with("RUST_LOG: `") && said.contains("is no log filter"), "{said}");
        }
    }

    #[test]
    fn targets_with_levels_are_read(
        level in "off|error|warn|INFO|debug|trace",
        targets in prop::collection::vec("[a-z_]{1,9}(::[a-z_]{1,9}){0,2} ?= ?(off|error|warn|info|debug|TRACE)", 0..5),
        space in " {0,2}",
    ) {
        let all: Vec<_> = std::iter::once(level).chain(targets.iter().map(|it| it.replace(' ', ""))).collect();
        prop_assert!(read(&all.join(&format!("{space},{space}"))).is_ok(), "{all:?}");
    }
}
