//! The floors of ARCHITECTURE.md hold: imports run down, and folders import each other in no circle.
//!
//! Looked at are the paths that the code of `runtime/src` names, in `use` and inline. Modules for tests may import from
//! above. `lib.rs`, `__private.rs` and `macros.rs` are the doors of the crate and may name everything; no floor may
//! name the doors. Between a folder and the folders inside of it imports may run both ways, as they are one module.

mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use source::{File, Import, files};

const SOURCE: &str = "runtime/src";

/// Types that a floor above gives methods which users call: a registry renders itself, and the catalog of a program
/// is complete once its sites are linked.
const EXTENDED: [(&str, &str); 2] = [("Registry", "expose"), ("Catalog", "observe")];

/// The files of the crate's root that are doors and no floors.
const DOORS: [&str; 3] = ["", "__private", "macros"];

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The floors, ground up, and which others each may import.
struct Floors(Vec<(String, Vec<String>)>);

impl Floors {
    /// Reads the table of ARCHITECTURE.md.
    fn drawn() -> Self {
        let text = fs::read_to_string(repository().join("ARCHITECTURE.md")).unwrap();
        let rows = text.lines().skip_while(|line| !line.starts_with("| floor |")).skip(2);
        let mut floors: Vec<(String, Vec<String>)> = Vec::new();
        for row in rows.take_while(|line| line.starts_with('|')) {
            let cells: Vec<_> = row.trim_matches('|').split('|').map(quoted).collect();
            let [names, .., imports] = &cells[..] else { panic!("a row without imports: {row}") };
            for import in imports {
                let is_below = floors.iter().any(|(floor, _)| floor == import);
                assert!(
                    is_below,
                    "ARCHITECTURE.md lets {names:?} import `{import}`, no floor below"
                );
            }
            floors.extend(names.iter().map(|name| (name.clone(), imports.clone())));
        }
        assert!(floors.len() > 5, "ARCHITECTURE.md has no table of floors");
        Self(floors)
    }

    fn imports(&self, floor: &str) -> Option<&[String]> {
        self.0.iter().find(|(name, _)| name == floor).map(|(_, imports)| &imports[..])
    }
}

/// The words in backticks.
fn quoted(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn describe(file: &File, import: &Import) -> String {
    format!("{}:{}: `crate::{}`", file.path, import.line, import.target.join("::"))
}

#[test]
fn imports_run_down_the_floors() {
    let (floors, files) = (Floors::drawn(), files(&repository(), SOURCE));
    let mut wrong = Vec::new();
    let mut used: BTreeSet<(&str, &str)> = BTreeSet::new();
    for file in files.iter().filter(|file| !is_door(file)) {
        let floor = &file.module[0];
        let Some(allowed) = floors.imports(floor) else {
            wrong.push(format!("{}: `{floor}` is no floor of ARCHITECTURE.md", file.path));
            continue;
        };
        for import in &file.imports {
            let Some(target) = import.target.first().filter(|target| *target != floor) else {
                continue;
            };
            used.insert((floor, target));
            if floors.imports(target).is_none() {
                let rule = "floors name each other, not the doors of the crate";
                wrong.push(format!("{}: {rule}", describe(file, import)));
            } else if !allowed.contains(target) {
                let rule = format!("by ARCHITECTURE.md `{floor}` may import {allowed:?}");
                wrong.push(format!("{}: {rule}, not `{target}`", describe(file, import)));
            }
        }
    }
    for (floor, imports) in &floors.0 {
        for import in imports.iter().filter(|import| !used.contains(&(floor, import))) {
            wrong.push(format!("ARCHITECTURE.md: `{floor}` imports nothing of `{import}`"));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Else a floor could give a type methods that call what is above the type's own floor, and no import would show it.
#[test]
fn types_have_their_methods_on_their_own_floor() {
    let files = files(&repository(), SOURCE);
    let mut floors: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for file in files.iter().filter(|file| !is_door(file)) {
        for name in &file.types {
            floors.entry(name).or_default().insert(&file.module[0]);
        }
    }
    let mut wrong = Vec::new();
    for file in files.iter().filter(|file| !is_door(file)) {
        for (name, line) in &file.inherent {
            let defined = floors.get(&**name);
            let floor = &*file.module[0];
            let is_above = defined.is_some_and(|floors| !floors.contains(floor));
            if is_above && !EXTENDED.contains(&(name, floor)) {
                let (path, rule) =
                    (&file.path, "only the floor that defines a type has its methods");
                wrong.push(format!("{path}:{line}: `impl {name}`: {rule}, {defined:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn folders_import_each_other_in_no_circle() {
    let files = files(&repository(), SOURCE);
    let folders: BTreeMap<&[String], &str> =
        files.iter().map(|file| (&file.module[..], &*file.folder)).collect();
    let mut edges: BTreeMap<&str, BTreeMap<&str, String>> = BTreeMap::new();
    for file in files.iter().filter(|file| !is_door(file)) {
        for import in &file.imports {
            let mut modules = (0..=import.target.len()).rev().map(|len| &import.target[..len]);
            let Some(target) = modules.find_map(|module| folders.get(module)) else { continue };
            if !is_within(&file.folder, target) && !is_within(target, &file.folder) {
                let from = edges.entry(&file.folder).or_default();
                from.entry(target).or_insert_with(|| describe(file, import));
            }
        }
    }
    if let Some(circle) = edges.keys().find_map(|start| circle(&edges, start)) {
        let hops = circle.iter().zip(circle.iter().skip(1));
        let hops: Vec<_> = hops.map(|(from, to)| edges[from][to].clone()).collect();
        panic!("\n{} is a circle:\n{}\n", circle.join(" -> "), hops.join("\n"));
    }
}

/// The shortest way from a folder back to itself.
fn circle<'a>(
    edges: &BTreeMap<&'a str, BTreeMap<&'a str, String>>,
    start: &&'a str,
) -> Option<Vec<&'a str>> {
    let mut ways = vec![vec![*start]];
    let mut seen = BTreeSet::new();
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for way in ways {
            for next in way.last().and_then(|last| edges.get(last)).into_iter().flatten() {
                let way = [&way[..], &[*next.0]].concat();
                if next.0 == start {
                    return Some(way);
                }
                if seen.insert(*next.0) {
                    longer.push(way);
                }
            }
        }
        ways = longer;
    }
    None
}

fn is_within(folder: &str, outer: &str) -> bool {
    outer.is_empty() || folder == outer || folder.starts_with(&format!("{outer}/"))
}

fn is_door(file: &File) -> bool {
    DOORS.contains(&file.module.first().map_or("", |name| name))
}
