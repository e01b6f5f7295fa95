//! How the Prometheus operator makes one configuration of several AlertmanagerConfig objects
//! (`pkg/alertmanager/amcfg.go`): their routes come before those that are there already, and let alerts go on;
//! receivers are named `namespace/name/receiver`. With the strategy `OnNamespace`, which the generated values ask for,
//! each first route and inhibition has the object's namespace as a condition, too.

use std::net::SocketAddr;

use serde_json::{Map, Value, json};

/// The configuration that has the routes of all `objects`, with `webhook` in place of the secrets' addresses. What no
/// route takes reaches the receiver `default`. Groups wait for a second, so that a test need not wait.
pub(super) fn merged(objects: &[Value], webhook: SocketAddr) -> Value {
    let (mut routes, mut inhibitions) = (Vec::new(), Vec::new());
    let mut receivers = vec![receiver("default", webhook)];
    for object in objects {
        let namespace = object["metadata"]["namespace"].as_str().unwrap();
        let prefix = format!("{namespace}/{}", object["metadata"]["name"].as_str().unwrap());
        let own = format!("namespace=\"{namespace}\"");
        let mut first = route(&object["spec"]["route"], &prefix);
        push(&mut first, "matchers", &own);
        first["continue"] = true.into();
        routes.push(first);
        for inhibition in object["spec"]["inhibitRules"].as_array().unwrap() {
            let mut rule = json!({
                "source_matchers": matchers(&inhibition["sourceMatch"]),
                "target_matchers": matchers(&inhibition["targetMatch"]),
                "equal": inhibition["equal"],
            });
            push(&mut rule, "source_matchers", &own);
            push(&mut rule, "target_matchers", &own);
            inhibitions.push(rule);
        }
        let names = object["spec"]["receivers"].as_array().unwrap().iter();
        let names = names.map(|one| format!("{prefix}/{}", one["name"].as_str().unwrap()));
        receivers.extend(names.map(|name| receiver(&name, webhook)));
    }
    json!({
        "route": {
            "receiver": "default", "group_by": ["..."], "group_wait": "1s", "group_interval": "1s",
            "repeat_interval": "1h", "routes": routes,
        },
        "inhibit_rules": inhibitions,
        "receivers": receivers,
    })
}

fn push(object: &mut Value, key: &str, matcher: &str) {
    object[key].as_array_mut().unwrap().push(matcher.into());
}

fn receiver(name: &str, webhook: SocketAddr) -> Value {
    json!({"name": name, "webhook_configs": [{"url": format!("http://{webhook}/{name}"), "send_resolved": false}]})
}

fn route(from: &Value, prefix: &str) -> Value {
    let mut route = Map::new();
    route.insert(
        "receiver".into(),
        format!("{prefix}/{}", from["receiver"].as_str().unwrap()).into(),
    );
    route.insert("matchers".into(), matchers(&from["matchers"]));
    if let Some(labels) = from.get("groupBy") {
        route.insert("group_by".into(), labels.clone());
    }
    route.insert("group_wait".into(), "1s".into());
    let routes = from["routes"].as_array().into_iter().flatten();
    route.insert("routes".into(), routes.map(|one| self::route(one, prefix)).collect());
    Value::Object(route)
}

fn matchers(from: &Value) -> Value {
    let one = |matcher: &Value| {
        let text = |key: &str| matcher[key].as_str().unwrap();
        Value::from(format!("{}{}{:?}", text("name"), text("matchType"), text("value")))
    };
    from.as_array().into_iter().flatten().map(one).collect()
}
