//! Crates to be compiled: so many handlers, observed in different ways.

use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};

/// How handlers are observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Plain,
    Observed,
    Mounted,
    Instrument,
    Fastrace,
    Autometrics,
}

pub(super) const KINDS: [Kind; 6] = [
    Kind::Plain,
    Kind::Observed,
    Kind::Mounted,
    Kind::Instrument,
    Kind::Fastrace,
    Kind::Autometrics,
];

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain handlers",
            Self::Observed => "goldsignal, `routes![]`",
            Self::Mounted => "goldsignal, mounted by hand",
            Self::Instrument => "#[tracing::instrument]",
            Self::Fastrace => "#[fastrace::trace]",
            Self::Autometrics => "#[autometrics]",
        }
    }

    /// The package's name.
    fn package(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Observed => "observed",
            Self::Mounted => "mounted",
            Self::Instrument => "instrument",
            Self::Fastrace => "fastrace-app",
            Self::Autometrics => "autometrics-app",
        }
    }

    /// The attribute of a handler, with what each asks for: a field where it knows fields.
    fn attribute(self, index: usize) -> String {
        match self {
            Self::Plain => String::new(),
            Self::Observed => {
                format!("#[goldsignal::observed(get = \"/things_{index}/{{id}}\", fields(id))]\n")
            }
            Self::Mounted => "#[goldsignal::observed(fields(id))]\n".to_owned(),
            Self::Instrument => "#[tracing::instrument(skip_all, fields(id))]\n".to_owned(),
            Self::Fastrace => "#[fastrace::trace]\n".to_owned(),
            Self::Autometrics => "#[autometrics::autometrics]\n".to_owned(),
        }
    }
}

/// A package of so many handlers.
pub(super) struct Project {
    pub(super) kind: Kind,
    pub(super) handlers: usize,
    folder: PathBuf,
}

impl Project {
    /// Writes the package under `root`.
    pub(super) fn write(root: &Path, kind: Kind, handlers: usize) -> io::Result<Self> {
        let package =
            Self { kind, handlers, folder: root.join(format!("{}-{handlers}", kind.package())) };
        std::fs::create_dir_all(package.folder.join("src"))?;
        std::fs::write(package.folder.join("Cargo.toml"), package.manifest())?;
        std::fs::write(package.folder.join("src/main.rs"), package.program())?;
        package.edit(false)?;
        Ok(package)
    }

    pub(super) fn name(&self) -> String {
        format!("{}-{}", self.kind.package(), self.handlers)
    }

    /// One edit, in the body of the handler in the middle: a line more, or again the line less.
    pub(super) fn edit(&self, edited: bool) -> io::Result<()> {
        std::fs::write(self.folder.join("src/handlers.rs"), self.handlers(edited))
    }

    /// All of them depend on the same, so that it is compiled once.
    fn manifest(&self) -> String {
        let name = self.name();
        format!(
            r#"[package]
name = "{name}"
version = "0.0.0"
edition = "2024"
publish = false

[dependencies]
autometrics.workspace = true
axum.workspace = true
fastrace.workspace = true
goldsignal.workspace = true
serde.workspace = true
tokio.workspace = true
tracing.workspace = true
"#
        )
    }

    fn handlers(&self, edited: bool) -> String {
        let (derive, status) = if self.goldsignal() { FAULT } else { ("", "") };
        let mut out = HEAD.replace("{derive}", derive).replace("{status}", status);
        for index in 0..self.handlers {
            let attribute = self.kind.attribute(index);
            let edit =
                if edited && index == self.handlers / 2 { "    let id = id + 1;\n" } else { "" };
            // Writing into a `String` does not fail.
            let _ = write!(
                out,
                "
{attribute}pub async fn handler_{index}(Path(id): Path<u64>, State(store): State<Store>) -> Result<Json<Thing>, NotFound> {{
{edit}    let thing = store.find(id + {index}).await?;
    Ok(Json(thing))
}}
"
            );
        }
        out
    }

    fn goldsignal(&self) -> bool {
        matches!(self.kind, Kind::Observed | Kind::Mounted)
    }

    fn program(&self) -> String {
        let handlers = 0..self.handlers;
        let router = if self.kind == Kind::Observed {
            let names: Vec<String> =
                handlers.map(|index| format!("        handlers::handler_{index},\n")).collect();
            format!("goldsignal::routes![\n{}    ]", names.concat())
        } else {
            let routes = handlers.map(|index| {
                format!("\n        .route(\"/things_{index}/{{id}}\", axum::routing::get(handlers::handler_{index}))")
            });
            format!("Router::new(){}", routes.collect::<String>())
        };
        MAIN.replace("{router}", &router)
    }
}

const FAULT: (&str, &str) = ("#[derive(Debug, goldsignal::Fault)]\n", "#[fault(status = 404)]");

const HEAD: &str = r"use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::Json;
use axum::response::{IntoResponse, Response};

#[derive(Clone)]
pub struct Store;

#[derive(serde::Serialize)]
pub struct Thing {
    id: u64,
}

{derive}pub enum NotFound {
    {status}
    Thing,
}

impl IntoResponse for NotFound {
    fn into_response(self) -> Response {
        match self {
            Self::Thing => StatusCode::NOT_FOUND.into_response(),
        }
    }
}

impl Store {
    async fn find(&self, id: u64) -> Result<Thing, NotFound> {
        if id == 0 { Err(NotFound::Thing) } else { Ok(Thing { id }) }
    }
}
";

const MAIN: &str = r#"mod handlers;

use axum::Router;

fn router() -> Router<handlers::Store> {
    {router}
}

fn main() -> std::io::Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        axum::serve(listener, router().with_state(handlers::Store)).await
    })
}
"#;
