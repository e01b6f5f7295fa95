//! The places of the panels, from left to right and from top to bottom.

use std::collections::BTreeMap;

use super::model::{Grid, Item, Kind, Panel, Reference};

/// The width of a dashboard.
pub(super) const WIDTH: u32 = 24;

/// A panel with its width and height.
pub(super) struct Part {
    pub(super) panel: Panel,
    pub(super) size: (u32, u32),
}

/// The panels by the names under which the grid refers to them.
pub(super) fn arranged(parts: Vec<Part>) -> (BTreeMap<String, Kind<Panel>>, Vec<Kind<Grid>>) {
    let (mut x, mut y, mut row) = (0, 0, 0);
    let (mut panels, mut items) = (BTreeMap::new(), Vec::new());
    for Part { panel, size: (width, height) } in parts {
        if x + width > WIDTH {
            (x, y, row) = (0, y + row, 0);
        }
        let key = key(&panel.display.name, &panels);
        let content = Reference { path: format!("#/spec/panels/{key}") };
        items.push(Item { x, y, width, height, content });
        (x, row) = (x + width, row.max(height));
        panels.insert(key, Kind { kind: "Panel", spec: panel });
    }
    (panels, vec![Kind { kind: "Grid", spec: Grid { items } }])
}

/// The title in letters, digits and hyphens; with a number where another panel has the same.
fn key(title: &str, taken: &BTreeMap<String, Kind<Panel>>) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
    let words: String = title.to_ascii_lowercase().chars().map(plain).collect();
    let words: Vec<_> = words.split('-').filter(|word| !word.is_empty()).collect();
    let first = words.join("-");
    let more = (2..).map(|number| format!("{first}-{number}"));
    let mut keys = [first.clone()].into_iter().chain(more);
    keys.find(|key| !taken.contains_key(key)).unwrap_or(first)
}
