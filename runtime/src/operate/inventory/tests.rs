use super::*;
use crate::declare::{Dimension, Kind, SourceLocation};

const API: Slo = Slo::new("api", "text").availability(99.9);
const STATE: &[Dimension] =
    &[Dimension { name: "state", domain: Domain::Finite(&["idle", "used"]) }];

fn gauge(name: &'static str, dimensions: &'static [Dimension]) -> &'static Descriptor {
    Box::leak(Box::new(Descriptor {
        name,
        help: "Help.",
        kind: Kind::Gauge,
        unit: "",
        dimensions,
        bounds: &[],
        location: SourceLocation::new("src/pool.rs", 3, "app"),
    }))
}

fn catalog(path: &'static str, pool: bool) -> Catalog {
    let operation = Operation::new("app::read", SourceLocation::new("src/read.rs", 7, "app"))
        .routes(vec![Route { method: "GET", path }].leak())
        .fields(&["id", "user"])
        .hidden(&["user"])
        .slo(&API);
    let mut families = vec![
        gauge("db_client_connections_max", &[]),
        gauge("db_client_connections_pending_requests", &[]),
    ];
    if pool {
        families.insert(0, gauge("db_client_connections", STATE));
    }
    Catalog { operations: vec![Box::leak(Box::new(operation))], families, objectives: vec![&API] }
}

fn inventory(catalog: &Catalog) -> Inventory {
    let facts = Facts::new("app".try_into().unwrap(), "app".try_into().unwrap(), "team");
    Inventory::new(catalog, &facts)
}

#[test]
fn lists_declarations() {
    let inventory = inventory(&catalog("/items/{id}", true));
    let operation = &inventory.operations[0];
    assert_eq!(operation.route.as_deref(), Some("GET /items/{id}"));
    assert_eq!((operation.fields[0].sensitive, operation.fields[1].sensitive), (false, true));
    assert_eq!(inventory.families[0].series, 2);
    let text = table(&inventory);
    for part in ["user (sensitive)", "state = idle | used", "src/pool.rs:3", "99.9 % succeed"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn is_read_as_it_was_written() {
    let inventory = inventory(&catalog("/items/{id}", true));
    let text = serde_json::to_string(&inventory).unwrap();
    assert_eq!(serde_json::from_str::<Inventory>(&text).unwrap(), inventory);
}

#[test]
fn lists_users_of_what_is_gone_or_changed() {
    let old = inventory(&catalog("/items/{id}", true));
    assert_eq!(
        breaks(&old, &old),
        ("nothing changed that a query could depend on\n".into(), false)
    );
    let (text, broken) = breaks(&old, &inventory(&catalog("/things/{id}", false)));
    assert!(broken);
    assert!(
        text.starts_with(
            "- metric `db_client_connections` is gone\n    alert ServicePoolSaturated\n"
        ),
        "{text}"
    );
    assert!(
        text.contains(
            "~ operation `app::read` changed: route: GET /items/{id} -> GET /things/{id}\n    \
             alert ApiAvailabilityBudgetSpent\n"
        ),
        "{text}"
    );
}

#[test]
fn panels_are_named_by_title_and_dashboard() {
    let old = inventory(&catalog("/items/{id}", true));
    let (text, _) = breaks(&old, &inventory(&catalog("/things/{id}", false)));
    let users = |of: &str| {
        let lines = text.lines().skip_while(|line| !line.contains(&format!("`{of}`"))).skip(1);
        let lines = lines.take_while(|line| line.starts_with("    "));
        lines.map(|line| line.trim().to_owned()).collect::<Vec<_>>()
    };
    let pool = users("db_client_connections");
    for panel in ["Pool in use", "Db client connections"] {
        let expected = format!("panel \"{panel}\" in grafana/dependencies.json");
        assert!(pool.contains(&expected), "{expected}: {pool:?}");
    }
    let route = users("app::read");
    for (panel, dashboard) in
        [("api-availability: bad events by operation", "slo"), ("Errors", "overview")]
    {
        let expected = format!("panel \"{panel}\" in grafana/{dashboard}.json");
        assert!(route.contains(&expected), "{expected}: {route:?}");
    }
}

#[test]
fn a_summary_says_what_was_renamed_and_whose_budget_starts_anew() {
    let old = inventory(&catalog("/items/{id}", true));
    assert_eq!(summary(&old, &old), "");
    let mut new = old.clone();
    new.objectives[0].name = "web".to_owned();
    new.operations[0].name = "app::show".to_owned();
    let text = summary(&old, &new);
    for part in [
        "- operation `app::read` is gone; is it `app::show` now?\n    alert Api",
        "- objective `api` is gone; is it `web` now?\n    alert Api",
        "    … and ",
        "The error budget of `web` starts anew",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn what_is_new_breaks_nothing() {
    let (before, after) = (catalog("/items/{id}", false), catalog("/items/{id}", true));
    let (text, broken) = breaks(&inventory(&before), &inventory(&after));
    assert_eq!((text.as_str(), broken), ("+ metric `db_client_connections` is new\n", false));
}
