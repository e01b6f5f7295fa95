//! The same dashboards as documents of Perses: [`document`] translates each panel of Grafana's model, so no panel can be in
//! one of them alone.
//!
//! Where Perses has no equal, what is nearest: a heat map is drawn as the lines of its buckets, because Perses' own reads
//! native histograms alone; a link from a series leads to the dashboard, because Perses' panels link as a whole; a panel
//! whose queries have limits of their own becomes one for each query. Queries ask the project's default data sources, so
//! there is no variable for one.

mod layout;
mod model;
mod panel;
mod units;

use serde::Serialize;

use super::model::{Document, Variable, VariableQuery};
use crate::operate::facts::Facts;
use crate::operate::links::Page;
use model::{Definition, Display, Kind, LabelValues, Link, ListVariable, Named};

pub(in crate::operate) use model::Spec;

/// A dashboard as Perses' API and `percli apply` take it.
#[derive(Debug, Serialize)]
pub(in crate::operate) struct Resource {
    kind: &'static str,
    metadata: Metadata,
    pub(in crate::operate) spec: Spec,
}

#[derive(Debug, Serialize)]
struct Metadata {
    name: String,
    project: String,
}

impl Resource {
    /// The dashboard's name in its project, as in the addresses of Perses.
    pub(in crate::operate) fn name(&self) -> &str {
        &self.metadata.name
    }
}

/// Translates a dashboard. The project has the name of the namespace, as the Perses operator names projects.
pub(super) fn document(facts: &Facts, page: Page, grafana: &Document) -> Resource {
    let given = facts.given();
    let address = |to: Page| address(&given, to);
    let parts = grafana.panels.iter().flat_map(|one| panel::of(one, &address)).collect();
    let (panels, layouts) = layout::arranged(parts);
    Resource {
        kind: "Dashboard",
        metadata: Metadata { name: name(&given, page), project: given.namespace.to_string() },
        spec: Spec {
            display: Display {
                name: grafana.title.clone(),
                description: Some(grafana.description.clone()),
            },
            duration: grafana.time.from.trim_start_matches("now-"),
            refresh_interval: grafana.refresh,
            variables: grafana.templating.list.iter().filter_map(variable).collect(),
            links: links(grafana, &address),
            panels,
            layouts,
        },
    }
}

/// A name that Perses and Kubernetes accept.
fn name(facts: &Facts, page: Page) -> String {
    let optional = [&facts.environment, &facts.cluster].into_iter().flatten();
    let words = [facts.service.to_string()].into_iter().chain(optional.cloned());
    let words: Vec<_> = words.chain([page.name()]).collect();
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
    words.join("-").to_ascii_lowercase().chars().map(plain).collect()
}

/// The path of a dashboard in Perses, with the deployment that the viewer chose.
fn address(facts: &Facts, to: Page) -> String {
    let identity = facts.identity();
    let chosen = identity.series().map(|(name, _)| format!("var-{name}=${{{name}:percentencode}}"));
    let chosen: Vec<_> = chosen.collect();
    let (project, name) = (&facts.namespace, name(facts, to));
    format!("/projects/{project}/dashboards/{name}?{}", chosen.join("&"))
}

/// Links to the other dashboards. Log lines and traces are in the panels, and Perses' page to explore them has no address
/// that takes a query yet.
fn links(grafana: &Document, address: &impl Fn(Page) -> String) -> Vec<Link> {
    let links = grafana.links.iter();
    links
        .filter_map(|link| {
            Some(Link { name: link.title.clone(), url: address(link.to?), render_variables: true })
        })
        .collect()
}

/// `None` for the variable of the data source.
fn variable(of: &Variable) -> Option<Kind<ListVariable>> {
    let VariableQuery::Series { selector, values, .. } = &of.query else { return None };
    let default = of.current.as_ref().map(|choice| choice.value.clone());
    let spec = ListVariable {
        name: of.name,
        display: Named { name: of.label.to_owned() },
        default_value: default,
        allow_all_value: of.include_all,
        allow_multiple: of.multi,
        custom_all_value: of.all_value,
        plugin: Definition::LabelValues(LabelValues {
            label_name: values.clone(),
            matchers: vec![selector.clone()],
        }),
    };
    Some(Kind { kind: "ListVariable", spec })
}

#[cfg(test)]
mod tests;
