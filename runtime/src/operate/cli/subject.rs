//! Which program the command is about.

use std::path::Path;

use serde::Deserialize;
use ureq::Agent;

use super::SUBCOMMAND;
use crate::declare::catalog::Catalog;
use crate::operate::facts::{Facts, RequestNaming};
use crate::operate::names::DnsLabel;

const HELP: &str = "\
Operations from the code: rules, runbooks and dashboards of everything that the program declares.

Usage: {command} COMMAND

  generate --out DIR [--facts FILE]   write the files
  check DIR [--facts FILE]            print a diff and exit with 1 if they are stale
  catalog [--json]                    list every declaration
  diff OLD.json                       list what changed since `catalog --json` wrote OLD.json, and which
                                      rules, alerts and panels used it; exit with 1 if any did
  explain ALERT [--facts FILE]        print the alert's section of its runbook
  backtest [--slo NAME] [--target PERCENT] [--days N] [--prometheus URL] [--facts FILE] [--json]
           [--token-file FILE] [--header-file FILE]
                                      ask a Prometheus for the past of an objective: which alerts would have fired,
                                      and how much of its budget would have been spent, at this and other targets

FILE contains the facts of the deployment, in TOML; the default is facts.toml beside DIR. Generated files carry a
mark: a file without it is never overwritten.

URL is that of anything with Prometheus' HTTP API. A bearer token comes from --token-file or from the variable
GOLDSIGNAL_PROMETHEUS_TOKEN; --header-file has lines such as `X-Scope-OrgID: shop`. No secret is an argument.
";

/// The program that the command is about.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// What it declares.
    pub catalog: &'a Catalog,
    /// Its name.
    pub program: String,
    /// What people type before the command.
    pub command: String,
    /// How its telemetry is set up, if it told.
    pub service: Option<Service>,
    /// How it asks servers; without TLS where `cargo goldsignal` does not give it.
    pub agent: Agent,
}

/// How the builder of a program's telemetry is set up.
#[doc(hidden)]
#[derive(Clone, Debug, Deserialize)]
pub struct Service {
    /// The name of the service.
    pub name: String,
    /// The names of its request metrics, as in the facts.
    pub naming: RequestNaming,
    /// The prefix of the built-in families; empty if there is none.
    pub metric_prefix: String,
}

impl<'a> Subject<'a> {
    /// The running program, if `catalog` is its own.
    pub(super) fn this_program(catalog: &'a Catalog) -> Self {
        let program = std::env::current_exe().ok();
        let name = program.as_deref().and_then(Path::file_stem).and_then(|name| name.to_str());
        let program = name.unwrap_or("program").to_owned();
        let command = format!("{program} {SUBCOMMAND}");
        Self { catalog, command, program, service: None, agent: Agent::new_with_defaults() }
    }

    pub(super) fn help(&self) -> String {
        HELP.replace("{command}", &self.command)
    }

    /// Facts for commands whose output does not depend on them: the service is named after the program.
    pub(super) fn default_facts(&self) -> Facts {
        let name = self.service.as_ref().map_or(&self.program, |service| &service.name);
        let name = DnsLabel::try_from(name.as_str()).ok();
        let name = name.unwrap_or_else(|| DnsLabel::fixed("service"));
        Facts::new(name.clone(), name, "its team")
    }
}
