//! The `OTEL_*` variables for traces
//! (<https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/>).

use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

use opentelemetry_sdk::trace::Sampler;

use super::KeepTraces;
use crate::emit::requested::Get;

/// How spans are queued and exported.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    pub(crate) max_queue_size: usize,
    pub(crate) max_batch_size: usize,
    pub(crate) delay: Duration,
    pub(crate) timeout: Duration,
}

impl Default for Batch {
    fn default() -> Self {
        Self {
            max_queue_size: 2048,
            max_batch_size: 512,
            delay: Duration::from_secs(5),
            timeout: Duration::from_secs(30),
        }
    }
}

impl Batch {
    pub(crate) fn from_env(get: Get<'_>) -> Result<Self, String> {
        let default = Self::default();
        let size = |name, default| {
            let size = number(get, name, "a whole number above 0")?.unwrap_or(default);
            if size == 0 {
                Err(format!("{name}: `0` is not a whole number above 0"))
            } else {
                Ok(size)
            }
        };
        let max_queue_size = size("OTEL_BSP_MAX_QUEUE_SIZE", default.max_queue_size)?;
        let max_batch_size = size("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", default.max_batch_size)?;
        Ok(Self {
            max_queue_size,
            max_batch_size: max_batch_size.min(max_queue_size),
            delay: milliseconds(get, "OTEL_BSP_SCHEDULE_DELAY")?.unwrap_or(default.delay),
            timeout: milliseconds(get, "OTEL_BSP_EXPORT_TIMEOUT")?.unwrap_or(default.timeout),
        })
    }
}

/// The sampler that the environment names. By default every trace is sampled, unless the caller did
/// not sample it.
pub(crate) fn sampler(get: Get<'_>) -> Result<Sampler, String> {
    const NAME: &str = "OTEL_TRACES_SAMPLER";
    const ARGUMENT: &str = "OTEL_TRACES_SAMPLER_ARG";
    let ratio = || -> Result<Sampler, String> {
        let what = "a number from 0 to 1";
        let ratio = number(get, ARGUMENT, what)?.unwrap_or(1.0);
        if !(0.0..=1.0).contains(&ratio) {
            return Err(format!("{ARGUMENT}: `{ratio}` is not {what}"));
        }
        Ok(Sampler::TraceIdRatioBased(ratio))
    };
    let parent_based = |root| Sampler::ParentBased(Box::new(root));
    Ok(match get(NAME).as_deref() {
        None | Some("parentbased_always_on") => parent_based(Sampler::AlwaysOn),
        Some("parentbased_always_off") => parent_based(Sampler::AlwaysOff),
        Some("parentbased_traceidratio") => parent_based(ratio()?),
        Some("always_on") => Sampler::AlwaysOn,
        Some("always_off") => Sampler::AlwaysOff,
        Some("traceidratio") => ratio()?,
        Some(other) => {
            return Err(format!(
                "{NAME}: `{other}` is no sampler of goldsignal's; write `always_on`, `always_off` or \
                 `traceidratio`, or one of these after `parentbased_`"
            ));
        }
    })
}

/// Which traces are exported although the sampler refused them, if the environment says it.
pub(crate) fn keep_traces(get: Get<'_>) -> Result<Option<KeepTraces>, String> {
    const NAME: &str = "GOLDSIGNAL_TRACES_KEEP";
    let Some(text) = get(NAME) else { return Ok(None) };
    let mut words: Vec<_> = text.split(',').map(str::trim).collect();
    words.sort_unstable();
    match *words {
        ["ratio"] => Ok(Some(KeepTraces::Ratio)),
        ["bad"] => Ok(Some(KeepTraces::Bad)),
        ["slow"] => Ok(Some(KeepTraces::Slow)),
        ["bad", "slow"] => Ok(Some(KeepTraces::BadOrSlow)),
        _ => Err(format!("{NAME}: `{text}` is none of `bad`, `slow`, `bad,slow` and `ratio`")),
    }
}

/// A duration in milliseconds.
pub(crate) fn milliseconds(get: Get<'_>, name: &str) -> Result<Option<Duration>, String> {
    Ok(number(get, name, "a whole number of milliseconds")?.map(Duration::from_millis))
}

fn number<T: FromStr>(get: Get<'_>, name: &str, what: impl Display) -> Result<Option<T>, String> {
    let Some(text) = get(name) else { return Ok(None) };
    match text.trim().parse() {
        Ok(number) => Ok(Some(number)),
        Err(_) => Err(format!("{name}: `{text}` is not {what}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &'static [(&str, &str)]) -> impl Fn(&str) -> Option<String> {
        |name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    }

    #[test]
    fn reads_samplers() {
        let named = |name, argument| {
            let get = move |variable: &str| match variable {
                "OTEL_TRACES_SAMPLER" => Some(String::from(name)),
                _ => Some(String::from(argument)),
            };
            sampler(&get).map(|sampler| format!("{sampler:?}"))
        };
        assert_eq!(named("always_off", "x").unwrap(), "AlwaysOff");
        assert_eq!(named("traceidratio", "0.25").unwrap(), "TraceIdRatioBased(0.25)");
        let based = named("parentbased_traceidratio", "0.5").unwrap();
        assert_eq!(based, "ParentBased(TraceIdRatioBased(0.5))");
        for (name, argument) in
            [("jaeger_remote", ""), ("traceidratio", "2"), ("traceidratio", "x")]
        {
            named(name, argument).unwrap_err();
        }
        assert_eq!(format!("{:?}", sampler(&|_| None).unwrap()), "ParentBased(AlwaysOn)");
    }

    #[test]
    fn reads_which_traces_are_kept() {
        let keep = |text: &'static str| {
            keep_traces(&move |name| (name == "GOLDSIGNAL_TRACES_KEEP").then(|| text.to_owned()))
        };
        assert_eq!(keep_traces(&|_| None), Ok(None));
        for (text, expected) in [
            ("ratio", KeepTraces::Ratio),
            ("bad", KeepTraces::Bad),
            (" slow", KeepTraces::Slow),
            ("bad,slow", KeepTraces::BadOrSlow),
            ("slow, bad", KeepTraces::BadOrSlow),
        ] {
            assert_eq!(keep(text), Ok(Some(expected)));
        }
        for wrong in ["good", "bad,ratio", "bad slow"] {
            keep(wrong).unwrap_err();
        }
    }

    #[test]
    fn reads_the_queue() {
        let batch = Batch::from_env(&env(&[
            ("OTEL_BSP_MAX_QUEUE_SIZE", "100"),
            ("OTEL_BSP_SCHEDULE_DELAY", "250"),
        ]));
        let batch = batch.unwrap();
        assert_eq!((batch.max_queue_size, batch.max_batch_size), (100, 100));
        assert_eq!(batch.delay, Duration::from_millis(250));
        let none = Batch::from_env(&env(&[("OTEL_BSP_MAX_QUEUE_SIZE", "0")])).unwrap_err();
        assert_eq!(none, "OTEL_BSP_MAX_QUEUE_SIZE: `0` is not a whole number above 0");
        Batch::from_env(&env(&[("OTEL_BSP_EXPORT_TIMEOUT", "1s")])).unwrap_err();
    }
}
