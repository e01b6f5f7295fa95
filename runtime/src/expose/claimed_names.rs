//! The names of samples that are claimed in an exposition, and the owner of each.

use std::collections::HashMap;
use std::fmt;

use crate::declare::SourceLocation;
use crate::record::visit::{Header, HiddenFamily, SeriesKind};

/// The owner of a family.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Owner {
    /// goldsignal: its metrics about itself, and the metrics of requests and calls.
    Goldsignal,
    /// A declared metric.
    Declared(&'static SourceLocation),
    /// An attached source, by its name.
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

/// The claimed names of samples, each with its holder.
#[derive(Default)]
pub(crate) struct ClaimedNames(HashMap<String, Holder>);

/// The owner of a sample's name, and the suffix that the name adds to the family's.
#[derive(Clone, Copy)]
struct Holder {
    owner: Owner,
    suffix: &'static str,
}

impl ClaimedNames {
    /// Claims the names of a family's samples.
    ///
    /// # Errors
    /// If one of them is claimed already. Then none is claimed by this call.
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

    /// Whether a family has a sample whose name is claimed.
    #[cfg(feature = "prometheus")]
    pub(crate) fn overlaps(&self, header: &Header<'_>) -> bool {
        self.holder(header).is_some()
    }

    /// The first sample of a family whose name is claimed, and the holder.
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

/// The suffixes of the names of a family's samples. A histogram also claims its name without a suffix: it has no such
/// sample, but no other family may have that name.
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
    fn a_family_claims_the_names_of_all_its_samples() {
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
