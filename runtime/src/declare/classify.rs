//! Support for `derive(Fault)`: statuses of several types, and a list of the kinds of several faults.

#[cfg(feature = "http")]
use http::StatusCode;

use super::fault::{Blame, FaultKind};

/// A constant status. Its methods are inherent, because those of a trait cannot be `const`.
#[derive(Debug)]
pub struct Status<T>(pub T);

impl Status<u16> {
    /// The number.
    pub const fn code(self) -> u16 {
        self.0
    }
}

#[cfg(feature = "http")]
impl Status<StatusCode> {
    /// The number.
    pub const fn code(self) -> u16 {
        self.0.as_u16()
    }
}

/// Constants of other types are told in words, by the check of the constant: the bound of a constant method would name
/// this type.
macro_rules! no_status {
    ($($other:ty)*) => {$(
        impl Status<$other> {
            /// A number that is no status.
            pub const fn code(self) -> u16 {
                NO_STATUS
            }
        }
    )*};
}

/// The code of a constant that is no number of a status.
pub const NO_STATUS: u16 = u16::MAX;

no_status!(&str i8 u8 i16 i32 u32 i64 u64 isize usize f64);

/// A type of the status that an error computes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a status",
    label = "not a status",
    note = "a status is a `u16` or an `http::StatusCode`"
)]
pub trait StatusValue {
    /// The number.
    fn code(self) -> u16;
}

#[diagnostic::do_not_recommend]
impl StatusValue for u16 {
    fn code(self) -> u16 {
        self
    }
}

#[cfg(feature = "http")]
#[diagnostic::do_not_recommend]
impl StatusValue for StatusCode {
    fn code(self) -> u16 {
        self.as_u16()
    }
}

/// Whose fault an error with this status is.
pub fn blame(status: Option<u16>) -> Blame {
    status.map_or(Blame::Server, Blame::of_status)
}

/// The maximum number of kinds of a fault with transparent variants.
const MAX_KINDS: usize = 256;

/// The kinds of several faults in one list.
#[derive(Debug)]
pub struct Kinds {
    kinds: [FaultKind; MAX_KINDS],
    len: usize,
}

impl Kinds {
    /// Joins `parts` into one list.
    ///
    /// # Panics
    /// If they are more than 256 in total. In a constant that is a compile error.
    pub const fn joined(parts: &[&[FaultKind]]) -> Self {
        let mut kinds = [FaultKind { error_type: "", status: None }; MAX_KINDS];
        let mut len = 0;
        let mut part = 0;
        while part < parts.len() {
            let mut i = 0;
            while i < parts[part].len() {
                assert!(len < MAX_KINDS, "a fault has at most 256 kinds, those inside included");
                kinds[len] = parts[part][i];
                len += 1;
                i += 1;
            }
            part += 1;
        }
        Self { kinds, len }
    }

    /// The kinds.
    pub const fn as_slice(&self) -> &[FaultKind] {
        self.kinds.split_at(self.len).0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins() {
        const A: FaultKind = FaultKind { error_type: "a", status: Some(400) };
        const B: FaultKind = FaultKind { error_type: "b", status: None };
        const JOINED: &[FaultKind] = Kinds::joined(&[&[A], &[], &[B, A]]).as_slice();
        assert_eq!(JOINED, [A, B, A]);
    }
}
