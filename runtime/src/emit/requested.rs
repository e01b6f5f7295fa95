//! Which exporter the `OTEL_*` variables request. Also read where none is compiled in, so that a
//! service that was told to export spans does not start without them.

/// Reads a variable; an empty value counts as unset.
pub(crate) type Get<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The variable that requests OTLP export, if any: it names the exporter or an endpoint.
pub(crate) fn otlp(get: Get<'_>) -> Result<Option<String>, String> {
    const EXPORTER: &str = "OTEL_TRACES_EXPORTER";
    if get("OTEL_SDK_DISABLED").is_some_and(|disabled| disabled.eq_ignore_ascii_case("true")) {
        return Ok(None);
    }
    match get(EXPORTER).as_deref() {
        Some("otlp") => Ok(Some(EXPORTER.to_owned())),
        Some("none") => Ok(None),
        Some(other) => Err(format!("{EXPORTER}: `{other}` is neither `otlp` nor `none`")),
        None => Ok(of_traces(get, "ENDPOINT").map(|(name, _)| name)),
    }
}

/// The variable for traces, or else the one for all signals, with its name.
pub(crate) fn of_traces(get: Get<'_>, what: &str) -> Option<(String, String)> {
    let names = [format!("OTEL_EXPORTER_OTLP_TRACES_{what}"), format!("OTEL_EXPORTER_OTLP_{what}")];
    names.into_iter().find_map(|name| get(&name).map(|value| (name, value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(&str, &str)]) -> Result<Option<String>, String> {
        otlp(&|name| {
            pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    const HERE: (&str, &str) = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4317");

    #[test]
    fn names_the_variable_that_asks() {
        assert_eq!(asked(&[]), Ok(None));
        assert_eq!(asked(&[HERE]), Ok(Some(HERE.0.to_owned())));
        let traces = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", HERE.1);
        assert_eq!(asked(&[HERE, traces]), Ok(Some(traces.0.to_owned())));
        let exporter = ("OTEL_TRACES_EXPORTER", "otlp");
        assert_eq!(asked(&[HERE, exporter]), Ok(Some(exporter.0.to_owned())));
    }

    #[test]
    fn nothing_is_asked_for_where_it_is_turned_off() {
        assert_eq!(asked(&[HERE, ("OTEL_TRACES_EXPORTER", "none")]), Ok(None));
        assert_eq!(asked(&[HERE, ("OTEL_SDK_DISABLED", "True")]), Ok(None));
        assert!(asked(&[("OTEL_TRACES_EXPORTER", "zipkin")]).is_err());
    }
}
