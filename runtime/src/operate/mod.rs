//! Operations from the code: generates what operators need from the catalog and a few facts about the deployment.
//!
//! Every generator is a pure function from the declarations and the [`Facts`] to [`Artefact`]s. It reads nothing from a
//! running program, so the same code and facts give the same files. [`run_if_asked`] is the command that writes them.
//!
//! ```
//! use goldsignal::declare::catalog::Catalog;
//! use goldsignal::operate::{Facts, generate};
//!
//! let facts = Facts::parse("service = 'shop'\nnamespace = 'shop'\nteam = 'checkout'")?;
//! let files = generate(&Catalog::linked(), &facts)?;
//! assert!(files.iter().any(|file| file.path.ends_with("rules.yaml")));
//! # Ok::<(), goldsignal::operate::FactsError>(())
//! ```

mod artefact;
mod backtest;
mod catalog_file;
mod cli;
mod conventions;
mod dashboards;
mod distinct;
mod facts;
mod folder;
mod foreign;
mod identity;
mod indicator;
mod inventory;
mod links;
mod logql;
mod monitoring;
mod names;
mod openslo;
pub mod promql;
mod queries;
mod release_gate;
mod rule_tests;
pub mod rules;
mod runbooks;
mod series_count;
mod text;
mod traces;
mod yaml;

pub use artefact::{Artefact, MARKER};
pub use catalog_file::{CatalogError, catalog_from_json};
#[doc(hidden)]
pub use cli::{Service, Subject, needs_catalog, run_on};
pub use cli::{assert_fresh, cli, run, run_if_asked};
pub use facts::{
    Expectation, Facts, FactsError, Grafana, HeaviestKey, Kubernetes, Prometheus, Quantity,
    Receiver, Receivers, RequestHistogram, RequestNaming, Saturation, Token, Traces,
};
pub use names::DnsLabel;

use crate::declare::catalog::Catalog;
use artefact::Generator;

/// All generators.
const GENERATORS: &[Generator] = &[
    rules::artefacts,
    rule_tests::artefacts,
    runbooks::artefacts,
    dashboards::artefacts,
    monitoring::artefacts,
    openslo::artefacts,
    release_gate::artefacts,
    conventions::artefacts,
];

/// All artefacts of a catalog, sorted by path.
///
/// # Errors
/// When the facts contradict the catalog.
///
/// # Panics
/// When two generators write the same file.
pub fn generate(catalog: &Catalog, facts: &Facts) -> Result<Vec<Artefact>, FactsError> {
    facts.check(catalog)?;
    let mut all: Vec<_> = GENERATORS.iter().flat_map(|make| make(catalog, facts)).collect();
    // It lists who uses what in the other files, so it is made of them.
    all.push(inventory::artefact(catalog, facts));
    all.sort();
    for pair in all.windows(2) {
        assert_ne!(pair[0].path, pair[1].path, "two generators write one file");
    }
    Ok(all)
}
