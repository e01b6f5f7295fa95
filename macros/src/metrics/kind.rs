//! The kind of a metric, as far as the name of its type tells.

use syn::Type;

/// As `goldsignal::Kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Counter,
    Gauge,
    Histogram,
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::Counter, Self::Gauge, Self::Histogram];

    /// Reads the last segment of the type's path; `None` for an alias, which only the compiler can see through.
    pub(crate) fn of(ty: &Type) -> Option<Self> {
        let Type::Path(path) = ty else { return None };
        let last = &path.path.segments.last()?.ident;
        Self::ALL.into_iter().find(|kind| last == kind.name())
    }

    /// The variant's name, which is also the type's.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Counter => "Counter",
            Self::Gauge => "Gauge",
            Self::Histogram => "Histogram",
        }
    }
}
