use serde_json::Value;

use crate::operate::dashboards::tests::{all, catalog, facts};
use crate::operate::dashboards::{artefacts, grafana, perses};
use crate::operate::facts::RequestNaming;

/// The dashboards of Grafana and of Perses, in the same order.
fn both(naming: RequestNaming) -> Vec<(Value, Value)> {
    let translated = perses(&catalog(), &facts(naming));
    let translated = translated.iter().map(|(_, one)| serde_json::to_value(one).unwrap());
    all(naming).into_iter().zip(translated).collect()
}

fn texts<'a>(values: impl Iterator<Item = &'a Value>) -> Vec<&'a str> {
    let mut texts: Vec<_> = values.map(|value| value.as_str().unwrap()).collect();
    texts.sort_unstable();
    texts
}

/// Each panel of a Perses document, in the order of its grid.
fn panels(perses: &Value) -> Vec<&Value> {
    let items = perses["spec"]["layouts"][0]["spec"]["items"].as_array().unwrap();
    let panel = |item: &Value| {
        let path = item["content"]["$ref"].as_str().unwrap().trim_start_matches('#').to_owned();
        perses.pointer(&path).unwrap_or_else(|| panic!("{path}"))
    };
    items.iter().map(panel).collect()
}

#[test]
fn no_panel_query_or_variable_is_in_one_alone() {
    for naming in [RequestNaming::Goldsignal, RequestNaming::OpenTelemetry] {
        let both = both(naming);
        assert_eq!(both.len(), 7);
        for (grafana, perses) in &both {
            let shown = panels(perses);
            assert_eq!(shown.len(), perses["spec"]["panels"].as_object().unwrap().len());
            let of_grafana = grafana["panels"].as_array().unwrap();
            let asked = of_grafana.iter().flat_map(|one| one["targets"].as_array().unwrap());
            let queries = shown.iter().flat_map(|one| one["spec"]["queries"].as_array().unwrap());
            let queries = queries.map(|query| &query["spec"]["plugin"]["spec"]["query"]);
            assert_eq!(texts(queries), texts(asked.map(|target| &target["expr"])));
            for panel in of_grafana {
                let title = panel["title"].as_str().unwrap();
                let is_there = |one: &&&Value| {
                    let name = one["spec"]["display"]["name"].as_str().unwrap();
                    name == title || name.starts_with(&format!("{title}: "))
                };
                assert!(shown.iter().any(|one| is_there(&one)), "{title}");
            }
            let variables = perses["spec"]["variables"].as_array().unwrap().iter();
            let names = texts(variables.map(|one| &one["spec"]["name"]));
            let of_grafana = grafana["templating"]["list"].as_array().unwrap().iter();
            let of_grafana = texts(of_grafana.map(|one| &one["name"]));
            assert_eq!(
                names,
                of_grafana.into_iter().filter(|one| *one != "datasource").collect::<Vec<_>>()
            );
        }
    }
}

#[test]
fn thresholds_and_links_are_those_of_grafana() {
    let both = both(RequestNaming::Goldsignal);
    let (grafana, overview) = &both[0];
    let named = |title: &str| {
        let found =
            panels(overview).into_iter().find(|one| one["spec"]["display"]["name"] == title);
        &found.unwrap_or_else(|| panic!("{title}"))["spec"]
    };
    let red =
        |title: &str| named(title)["plugin"]["spec"]["thresholds"]["steps"][0]["value"].clone();
    assert_eq!(red("Failures: api-availability"), 0.001);
    assert_eq!(red("Failures: jobs-availability"), 0.05);
    let line = &named("Errors")["plugin"]["spec"]["querySettings"][0];
    assert_eq!((&line["queryIndex"], &line["lineStyle"]), (&1.into(), &"dashed".into()));
    assert_eq!(named("Errors")["plugin"]["spec"]["yAxis"]["format"]["unit"], "percent-decimal");
    let url = "/projects/app/dashboards/app-endpoint?var-job=${job:percentencode}&var-namespace=${namespace:percentencode}";
    assert_eq!(named("Errors")["links"][0]["url"], url);
    let links = overview["spec"]["links"].as_array().unwrap();
    let to_dashboards = grafana["links"].as_array().unwrap().iter();
    let to_dashboards = to_dashboards.filter(|one| one["url"].as_str().unwrap().starts_with("/d/"));
    assert_eq!(links.len(), to_dashboards.count());
    for link in links {
        let name = link["url"].as_str().unwrap().split(['/', '?']).nth(4).unwrap();
        assert!(both.iter().any(|(_, one)| one["metadata"]["name"] == name), "{name}");
    }
}

#[test]
fn panels_do_not_overlap() {
    for (_, perses) in both(RequestNaming::Goldsignal) {
        let mut taken = std::collections::BTreeSet::new();
        for item in perses["spec"]["layouts"][0]["spec"]["items"].as_array().unwrap() {
            let at = |side: &str| item[side].as_u64().unwrap();
            assert!(at("x") + at("width") <= 24);
            for x in at("x")..at("x") + at("width") {
                assert!((at("y")..at("y") + at("height")).all(|y| taken.insert((x, y))), "{item}");
            }
        }
    }
}

#[test]
fn each_dashboard_of_grafana_is_one_of_perses() {
    let (catalog, facts) = (catalog(), facts(RequestNaming::Goldsignal));
    let files = artefacts(&catalog, &facts);
    let of_grafana = grafana(&catalog, &facts);
    assert_eq!(files.len(), 2 * of_grafana.len());
    for file in of_grafana {
        let path = file.path.replace("grafana/", "perses/");
        assert!(files.iter().any(|one| one.path == path), "{path}");
    }
}
