//! Runbooks: what to do when an alert fires. The code adds operations, faults, queries and links.

mod markdown;
mod objective;
mod support;

use super::artefact::Artefact;
use super::facts::Facts;
use super::links::SUPPORT_PAGE;
use super::rules;
use crate::declare::catalog::Catalog;

/// A page for each objective, and one of the support alerts.
pub(super) fn artefacts(catalog: &Catalog, facts: &Facts) -> Vec<Artefact> {
    let page = |name: &str, text: String| Artefact::markdown(format!("runbooks/{name}.md"), &text);
    let objectives = catalog.objectives.iter();
    let mut pages: Vec<_> =
        objectives.map(|slo| page(slo.name(), objective::page(catalog, slo, facts))).collect();
    pages.push(page(SUPPORT_PAGE, support::page(&rules::support::all(catalog, facts), facts)));
    pages
}

/// The section about `alert`, in any case of letters; `None` where no runbook has it.
pub(super) fn section(pages: &[Artefact], alert: &str) -> Option<String> {
    pages.iter().filter(|page| page.path.starts_with("runbooks/")).find_map(|page| {
        let mut lines = page.text.lines().skip_while(|line| {
            line.strip_prefix("## ").is_none_or(|heading| !heading.eq_ignore_ascii_case(alert))
        });
        let heading = lines.next()?;
        let rest = lines.take_while(|line| !line.starts_with("## "));
        let mut text: Vec<_> = [heading].into_iter().chain(rest).collect();
        text.push("");
        Some(text.join("\n"))
    })
}

#[cfg(test)]
mod tests;
