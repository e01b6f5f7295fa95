//! The kind of a metric, derived from the name of its type.

use syn::{GenericArgument, PathArguments, Type};

/// The same kinds as `goldsignal::Kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Counter,
    Gauge,
    Histogram,
    Distinct,
    Top,
}

impl Kind {
    pub(crate) const ALL: [Self; 5] =
        [Self::Counter, Self::Gauge, Self::Histogram, Self::Distinct, Self::Top];

    /// The kind whose name is the last segment of the type's path; `None` for an alias, which a macro cannot resolve.
    pub(crate) fn of(ty: &Type) -> Option<Self> {
        let Type::Path(path) = ty else { return None };
        let last = &path.path.segments.last()?.ident;
        Self::ALL.into_iter().find(|kind| last == kind.name())
    }

    /// The name of the variant, and of the metric's type.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Counter => "Counter",
            Self::Gauge => "Gauge",
            Self::Histogram => "Histogram",
            Self::Distinct => "Distinct",
            Self::Top => "Top",
        }
    }
}

/// The labels in `Counter<Labels>`.
pub(crate) fn labels(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(labels) => Some(labels),
        _ => None,
    }
}
