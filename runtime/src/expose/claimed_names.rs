//! Who has which name of an exposition.

use std::collections::HashMap;
use std::fmt;

use crate::declare::SourceLocation;
use crate::record::visit::{Header, HiddenFamily, SeriesKind};

/// Who exposes a family.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Owner {
    /// goldsignal: its metrics about itself, and those of requests and calls.
    Goldsignal,
    /// A declared metric.
    Declared(&'static SourceLocation),
    /// What was attached, by its name.
    Source(&'static str),
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Goldsignal => f.write_str("goldsignal itself"),
            Self::Declared(location) => write!(f, "the declaration at {location}"),
            Self::Source(name) => f.write_str(name),
        }
    }
}

/// The names of samples that are taken, and by whom.
#[derive(Default)]
pub(crate) struct ClaimedNames(HashMap<String, Holder>);

/// Who has a sample's name, and what that name has behind the family's.
#[derive(Clone, Copy)]
struct Holder {
    owner: Owner,
    suffix: &'static str,
}

impl ClaimedNames {
    /// Takes the names of a family's samples.
    ///
    /// # Errors
    /// Where one of them is not free; none is taken then.
    pub(crate) fn claim(&mut self, header: &Header<'_>, owner: Owner) -> Result<(), HiddenFamily> {
        if let Some((sample, holder)) = self.holder(header) {
            return Err(hidden(header, owner, &sample, holder));
        }
        let names = suffixes(header.kind)
            .iter()
            .map(|suffix| ([&header.name, *suffix].concat(), Holder { owner, suffix }));
        self.0.extend(names);
        Ok(())
    }

    /// Whether a family would write samples of a name that is taken.
    #[cfg(feature = "prometheus")]
    pub(crate) fn overlaps(&self, header: &Header<'_>) -> bool {
        self.holder(header).is_some()
    }

    /// The first of a family's samples whose name is taken, and by whom.
    fn holder(&self, header: &Header<'_>) -> Option<(String, Holder)> {
        suffixes(header.kind).iter().find_map(|suffix| {
            let sample = [&header.name, *suffix].concat();
            let holder = *self.0.get(&sample)?;
            Some((sample, holder))
        })
    }
}

#[cold]
fn hidden(header: &Header<'_>, owner: Owner, sample: &str, holder: Holder) -> HiddenFamily {
    let family = sample.strip_suffix(holder.suffix).unwrap_or(sample);
    let reason = if family == header.name {
        format!("the name is taken by {}", holder.owner)
    } else {
        format!("samples named `{sample}` belong to `{family}` of {}", holder.owner)
    };
    HiddenFamily { name: header.name.to_string(), source: owner.to_string(), reason }
}

/// What the names of a family's samples have behind the family's name. A histogram takes its bare name too:
/// nothing else may use that.
const fn suffixes(kind: SeriesKind) -> &'static [&'static str] {
    match kind {
        SeriesKind::Counter | SeriesKind::Gauge | SeriesKind::Unknown => &[""],
        SeriesKind::Histogram => &["", "_bucket", "_sum", "_count"],
        SeriesKind::Summary => &["", "_sum", "_count"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_with_its_suffixes() {
        let mut names = ClaimedNames::default();
        let mut claim = |name: &str, kind, owner| {
            let header = Header { name: name.into(), help: "".into(), kind, unit: "".into() };
            names.claim(&header, owner).map_err(|hidden| hidden.reason)
        };
        let (us, them) = (Owner::Goldsignal, Owner::Source("them"));
        assert_eq!(claim("x", SeriesKind::Histogram, us), Ok(()));
        let taken_by_us = "the name is taken by goldsignal itself".to_owned();
        assert_eq!(claim("x", SeriesKind::Gauge, them), Err(taken_by_us));
        let sample = "samples named `x_count` belong to `x` of goldsignal itself".to_owned();
        assert_eq!(claim("x_count", SeriesKind::Counter, them), Err(sample));
        assert_eq!(claim("x_total", SeriesKind::Counter, them), Ok(()));
        assert_eq!(claim("y_sum", SeriesKind::Gauge, them), Ok(()));
        let sample = "samples named `y_sum` belong to `y_sum` of them".to_owned();
        assert_eq!(claim("y", SeriesKind::Summary, us), Err(sample));
        assert_eq!(claim("y", SeriesKind::Gauge, us), Ok(()));
    }
}
