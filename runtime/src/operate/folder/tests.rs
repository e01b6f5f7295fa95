use super::*;

fn artefact(path: &str, value: &str) -> Artefact {
    Artefact::yaml(path, &[value])
}

/// A temporary folder, which is removed on drop.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("goldsignal-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn what_is_written_is_fresh_until_it_is_stale() {
    let folder = Folder::new("fresh");
    let first = [artefact("a.yaml", "one"), artefact("b/c.yaml", "two")];
    let written = write(&folder.0, &first).unwrap();
    assert_eq!(written, Written { changed: 2, unchanged: 0, removed: 0 });
    assert_eq!(differences(&folder.0, &first).unwrap(), None);

    let second = [artefact("a.yaml", "other")];
    let diff = differences(&folder.0, &second).unwrap().unwrap();
    assert!(diff.contains("-one\n+other\n"), "{diff}");
    assert!(diff.contains("c.yaml (committed)") && diff.contains("-two\n"), "{diff}");
    let written = write(&folder.0, &second).unwrap();
    assert_eq!(written, Written { changed: 1, unchanged: 0, removed: 1 });
    assert_eq!(differences(&folder.0, &second).unwrap(), None);
    assert_eq!(write(&folder.0, &second).unwrap().unchanged, 1);
}

#[test]
fn what_was_not_generated_is_left_alone() {
    let folder = Folder::new("foreign");
    fs::write(folder.0.join("a.yaml"), "mine").unwrap();
    fs::write(folder.0.join("notes"), [0xff, 0xfe]).unwrap();
    let artefacts = [artefact("a.yaml", "one"), artefact("b.yaml", "two")];
    let error = write(&folder.0, &artefacts).unwrap_err().to_string();
    assert!(error.ends_with("a.yaml"), "{error}");
    assert!(!folder.0.join("b.yaml").exists(), "nothing is written beside it");
    assert!(differences(&folder.0, &artefacts).is_err());
    write(&folder.0, &artefacts[1..]).unwrap();
    assert_eq!(fs::read_to_string(folder.0.join("a.yaml")).unwrap(), "mine");
    assert!(folder.0.join("notes").exists());
}

#[test]
fn a_change_is_shown_once_and_a_change_by_hand_wherever_it_is() {
    let folder = Folder::new("formats");
    let rules = ["prometheus/rules.yaml", "kubernetes/prometheus-rule.yaml"];
    let of = |value: &str| rules.map(|path| artefact(path, value));
    write(&folder.0, &of("old")).unwrap();
    let diff = differences(&folder.0, &of("new")).unwrap().unwrap();
    assert_eq!(diff.matches("+new").count(), 1, "{diff}");
    assert!(diff.ends_with("in other formats:\n  kubernetes/prometheus-rule.yaml\n"), "{diff}");
    let by_hand = folder.0.join(rules[1]);
    fs::write(&by_hand, artefact(rules[1], "mine").text).unwrap();
    let diff = differences(&folder.0, &of("old")).unwrap().unwrap();
    assert!(diff.contains("-mine\n+old") && !diff.contains("other formats"), "{diff}");
}
