//! Divides the panels of a dashboard into pages that Kubernetes accepts.

use super::model::Panel;
use super::panel::arranged;

/// How long the panels of a page may be, as JSON. Grafana's sidecar reads a dashboard from a config map, and Kubernetes
/// refuses more than 262,144 bytes in the annotation into which `kubectl apply` writes the whole object. There they are about
/// twice as long, because the text is indented and its quotes are escaped.
const MOST: usize = 100_000;

/// As few pages as the panels need. A page begins where a row does; log lines stay with the panels above them.
pub(super) fn divided(panels: Vec<Panel>) -> Vec<Vec<Panel>> {
    let length = |panel: &Panel| serde_json::to_string(panel).map_or(0, |text| text.len());
    let begins = |panel: &Panel| panel.grid_pos.x == 0 && panel.kind != "logs";
    let mut blocks: Vec<(usize, Vec<Panel>)> = Vec::new();
    for panel in panels {
        let needed = length(&panel);
        match blocks.last_mut() {
            Some((length, block)) if !begins(&panel) => {
                *length += needed;
                block.push(panel);
            }
            _ => blocks.push((needed, vec![panel])),
        }
    }
    let (mut pages, mut left) = (Vec::<Vec<Panel>>::new(), 0);
    for (needed, block) in blocks {
        match pages.last_mut() {
            Some(page) if needed <= left => page.extend(block),
            _ => {
                pages.push(block);
                left = MOST;
            }
        }
        left = left.saturating_sub(needed);
    }
    // Each page counts its panels and rows from the start.
    pages.into_iter().map(arranged).collect()
}
