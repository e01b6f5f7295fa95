//! promtool checks the rules and runs their tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use goldsignal_tests::require_programs;

use goldsignal::Slo;
use goldsignal::declare::catalog::Catalog;
use goldsignal::operate::{Facts, generate};

/// The files that are committed for the todo service.
fn committed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/todo/deploy/generated/prometheus")
}

/// The files that are committed for its MCP server.
fn committed_for_tools() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/todo/mcp/deploy/generated/prometheus")
}

/// Runs promtool; returns whether it accepts the files, and its output.
fn promtool<'a>(arguments: impl IntoIterator<Item = &'a str>, files: &[PathBuf]) -> (bool, String) {
    require_programs(&["promtool"]);
    let output = Command::new("promtool").args(arguments).args(files).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

fn check(folder: &Path) -> (bool, String) {
    promtool(["check", "rules", "--lint=all", "--lint-fatal"], &[folder.join("rules.yaml")])
}

/// Runs each file of tests by a process of its own, since promtool uses one processor.
fn test(folder: &Path) -> (bool, String) {
    std::thread::scope(|scope| {
        let run = |file| scope.spawn(move || promtool(["test", "rules"], &[file]));
        let running: Vec<_> = tests_in(folder).into_iter().map(run).collect();
        let ended = running.into_iter().map(|one| one.join().unwrap());
        ended.fold((true, String::new()), |(all, said), (one, more)| (all && one, said + &more))
    })
}

fn tests_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.join("tests")).unwrap();
    let mut tests: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    tests.sort();
    assert!(tests.len() >= 3, "{tests:?}");
    tests
}

#[test]
#[ignore = "needs promtool: run tests/run operations"]
fn rules_have_no_lint() {
    for folder in [committed(), committed_for_tools()] {
        let (content, said) = check(&folder);
        assert!(content, "{said}");
        let rules = said.split("SUCCESS: ").nth(1).and_then(|rest| rest.split(' ').next());
        assert!(rules.unwrap().parse::<u32>().unwrap() > 50, "{said}");
    }
}

#[test]
#[ignore = "needs promtool: run tests/run operations"]
fn objectives_pass_their_incidents() {
    let (content, said) = test(&committed());
    assert!(content, "{said}");
    assert_eq!(said.matches("SUCCESS").count(), tests_in(&committed()).len(), "{said}");
    // One objective of the MCP server: its files are made as the service's are.
    let one = committed_for_tools().join("tests/tools-availability.yaml");
    let (content, said) = promtool(["test", "rules"], &[one]);
    assert!(content && said.contains("SUCCESS"), "{said}");
}

/// The same rules of a service with a metric prefix: the first test of an objective, since all take half a minute.
#[test]
#[ignore = "needs promtool: run tests/run operations"]
fn an_objective_with_a_prefix_passes_an_incident() {
    const API: Slo = Slo::new("api", "text").availability(99.9);
    let mut catalog = Catalog::linked();
    catalog.objectives.push(&API);
    let facts = "service = 'a'\nnamespace = 'a'\nteam = 'a'\nmetric-prefix = 'shop_'\n";
    let artefacts = generate(&catalog, &Facts::parse(facts).unwrap()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for artefact in artefacts {
        let path = folder.path().join(artefact.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, artefact.text).unwrap();
    }
    let test = folder.path().join("prometheus/tests/api-availability.yaml");
    let all = fs::read_to_string(&test).unwrap();
    let (first, _) = all.split_once("\n- name: it recovers").unwrap();
    assert!(first.contains("shop_slo_events_total") && first.contains("name: everything fails"));
    fs::write(&test, first).unwrap();
    let (content, said) = promtool(["test", "rules"], &[test]);
    assert!(content && said.contains("SUCCESS"), "{said}");
}

/// The committed rules of one objective, without the others': they take their time.
fn rules_of(slo: &str) -> String {
    let text = fs::read_to_string(committed().join("rules.yaml")).unwrap();
    let (objectives, _) = text.split_once("\n- name: todo-support").unwrap();
    let mut rules = objectives.split("\n  - ");
    let head = rules.next().unwrap().to_owned();
    let mine = rules.filter(|rule| rule.contains(&format!("slo: {slo}")));
    mine.fold(head, |text, rule| text + "\n  - " + rule)
}

/// The committed tests of an objective, without those that have another name: they take their time.
fn test_of(slo: &str, name: &str) -> String {
    let all = fs::read_to_string(committed().join(format!("tests/{slo}.yaml"))).unwrap();
    let mut tests = all.split("\n- name: ");
    let head = tests.next().unwrap();
    let test = tests.find(|test| test.lines().next() == Some(name));
    format!("{head}\n- name: {}", test.unwrap_or_else(|| panic!("{slo} has no test `{name}`")))
}

/// A rule that is broken in one of these ways fails the test that is for it: the tests are not content with anything.
#[test]
#[ignore = "needs promtool: run tests/run operations"]
fn broken_rules_fail_their_tests() {
    let breaks = [
        (
            "a page that needs too much",
            " > 14 * 0.001",
            " > 1400 * 0.001",
            "a burst after six good hours",
        ),
        (
            "a page that waits for the hour",
            " > 6 * 0.001",
            " > 600 * 0.001",
            "the budget burns eight times as fast as it lasts",
        ),
        (
            "a ticket that is never raised",
            " > 1 * 0.001",
            " > 900 * 0.001",
            "the budget burns twice as fast as it lasts",
        ),
        (
            "a page that does not end",
            "slo:sli_error:ratio_rate5m{",
            "slo:sli_error:ratio_rate1h{",
            "it recovers after ten minutes",
        ),
        ("no least number of events", "[1h]) >= 10", "[1h]) >= 0", "one failure among few events"),
        (
            "new instances that are not counted",
            "} offset 5m",
            "} offset 9d",
            "a new instance fails at first",
        ),
        (
            "old instances that are counted anew",
            "[1h] offset 10m",
            "[1h] offset 9d",
            "an instance is scraped again",
        ),
        (
            "NaN without traffic",
            "slo=\"api-availability\"}[1h]) > 0)",
            "slo=\"api-availability\"}[1h]))",
            "there is no traffic",
        ),
    ];
    let right = rules_of("api-availability");
    for (what, before, after, name) in breaks {
        assert!(right.contains(before), "{what}: `{before}` is not in the rules");
        let test = test_of("api-availability", name);
        let (content, said) = test_rules(&right, &test);
        assert!(content, "{name}: {said}");
        let (content, said) = test_rules(&right.replace(before, after), &test);
        assert!(!content, "{what}: {said}");
    }
}

/// Runs a file of tests on a file of rules.
fn test_rules(rules: &str, test: &str) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("tests")).unwrap();
    fs::write(folder.path().join("rules.yaml"), rules).unwrap();
    let file = folder.path().join("tests/test.yaml");
    fs::write(&file, test).unwrap();
    promtool(["test", "rules"], &[file])
}
