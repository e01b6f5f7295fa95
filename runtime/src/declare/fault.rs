//! Faults: errors with a finite name, a status, and whose fault it was.

use std::borrow::Cow;

/// Whose fault an error was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Blame {
    /// The caller's: the service did what it should.
    Client,
    /// The service's own, or of something it depends on.
    Server,
}

impl Blame {
    /// Who answers for an HTTP status: 4xx the client, except 408, which a server sends when *it* ran
    /// out of time; all else the server.
    pub const fn of_status(status: u16) -> Self {
        if status >= 400 && status < 500 && status != 408 { Self::Client } else { Self::Server }
    }
}

/// One way in which an error type can go wrong, as constant data for the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FaultKind {
    /// The finite name: the `error_type` label.
    pub error_type: &'static str,
    /// The HTTP status that answers it; `None` where it is only known at run time.
    pub status: Option<u16>,
}

/// An error that can be classified.
///
/// Derive it on an enum or a struct, or write three lines by hand:
///
/// ```
/// use goldsignal::{Fault, FaultKind};
///
/// struct Teapot;
/// impl Fault for Teapot {
///     const KINDS: &'static [FaultKind] = &[FaultKind { error_type: "teapot", status: Some(418) }];
///     fn error_type(&self) -> &'static str { "teapot" }
///     fn status(&self) -> Option<u16> { Some(418) }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not classified as a fault",
    note = "derive it: `#[derive(Fault)]` with `#[fault(status = …)]` on each variant"
)]
pub trait Fault {
    /// Every way in which this can go wrong.
    const KINDS: &'static [FaultKind];

    /// A short name from a finite set, such as `not_found`; never text that holds data.
    fn error_type(&self) -> &'static str;

    /// The HTTP status that answers it.
    fn status(&self) -> Option<u16>;

    /// Whose fault it was; by default what [`status`](Fault::status) says.
    fn blame(&self) -> Blame {
        self.status().map_or(Blame::Server, Blame::of_status)
    }

    /// The classification as a value.
    fn tag(&self) -> FaultTag {
        FaultTag {
            error_type: self.error_type(),
            status: self.status(),
            blame: self.blame(),
            message: None,
        }
    }
}

/// A classified error, apart from its type.
///
/// Put one into a response's extensions to name the fault behind an opaque error (`anyhow`, boxed):
///
/// ```
/// use goldsignal::{Blame, FaultTag};
///
/// let mut response = http::Response::new(());
/// response.extensions_mut().insert(FaultTag::new("upstream_timeout", Blame::Server));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultTag {
    /// The finite name.
    pub error_type: &'static str,
    /// The HTTP status, where one is stated.
    pub status: Option<u16>,
    /// Whose fault it was.
    pub blame: Blame,
    /// Text for the log alone: the field `error` of the request's closing event, unless the handler's own error is there.
    pub message: Option<Cow<'static, str>>,
}

impl FaultTag {
    /// Names a fault without a status.
    pub const fn new(error_type: &'static str, blame: Blame) -> Self {
        Self { error_type, status: None, blame, message: None }
    }
}

impl<T: Fault + ?Sized> Fault for &T {
    const KINDS: &'static [FaultKind] = T::KINDS;

    fn error_type(&self) -> &'static str {
        (**self).error_type()
    }

    fn status(&self) -> Option<u16> {
        (**self).status()
    }

    fn blame(&self) -> Blame {
        (**self).blame()
    }
}

impl<T: Fault + ?Sized> Fault for Box<T> {
    const KINDS: &'static [FaultKind] = T::KINDS;

    fn error_type(&self) -> &'static str {
        (**self).error_type()
    }

    fn status(&self) -> Option<u16> {
        (**self).status()
    }

    fn blame(&self) -> Blame {
        (**self).blame()
    }
}

/// A status is its own name: `404`, as the OpenTelemetry conventions have it for `error.type`.
#[cfg(feature = "http")]
impl Fault for http::StatusCode {
    const KINDS: &'static [FaultKind] = &[];

    fn error_type(&self) -> &'static str {
        status_text(self.as_u16())
    }

    fn status(&self) -> Option<u16> {
        Some(self.as_u16())
    }
}

#[cfg(feature = "http")]
macro_rules! tuples {
    ($(($($rest:ident)+))+) => {$(
        impl<$($rest),+> Fault for (http::StatusCode, $($rest),+) {
            const KINDS: &'static [FaultKind] = &[];

            fn error_type(&self) -> &'static str {
                self.0.error_type()
            }

            fn status(&self) -> Option<u16> {
                Some(self.0.as_u16())
            }
        }
    )+};
}

#[cfg(feature = "http")]
tuples! { (A) (A B) (A B C) (A B C D) (A B C D E) }

/// A response as an error, as a guard's `?` gives it: what is answered is what is counted. A [`FaultTag`] among its
/// extensions names the fault.
#[cfg(feature = "http")]
impl<B> Fault for http::Response<B> {
    const KINDS: &'static [FaultKind] = &[];

    fn error_type(&self) -> &'static str {
        let named = self.extensions().get::<FaultTag>().map(|tag| tag.error_type);
        named.unwrap_or_else(|| status_text(self.status().as_u16()))
    }

    fn status(&self) -> Option<u16> {
        Some(self.status().as_u16())
    }

    fn blame(&self) -> Blame {
        let named = self.extensions().get::<FaultTag>().map(|tag| tag.blame);
        named.unwrap_or_else(|| Blame::of_status(self.status().as_u16()))
    }
}

/// The three digits of a status as constant text; [`super::OTHER`] outside 100 to 599.
pub fn status_text(status: u16) -> &'static str {
    static DIGITS: [u8; 1500] = digits();
    let Some(offset) = status.checked_sub(100).filter(|offset| *offset < 500) else {
        return super::OTHER;
    };
    let start = usize::from(offset) * 3;
    std::str::from_utf8(&DIGITS[start..start + 3]).unwrap_or(super::OTHER)
}

const fn digits() -> [u8; 1500] {
    let mut digits = [0; 1500];
    let mut status = 100;
    while status < 600 {
        let at = (status - 100) * 3;
        // Three decimal digits of a number below 600: each fits a byte.
        #[expect(clippy::cast_possible_truncation, reason = "a digit is below ten")]
        {
            digits[at] = b'0' + (status / 100) as u8;
            digits[at + 1] = b'0' + (status / 10 % 10) as u8;
            digits[at + 2] = b'0' + (status % 10) as u8;
        }
        status += 1;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_servers_own_timeout_is_its_fault() {
        assert_eq!(Blame::of_status(408), Blame::Server);
        assert_eq!(Blame::of_status(404), Blame::Client);
        assert_eq!(Blame::of_status(503), Blame::Server);
    }

    #[cfg(feature = "http")]
    #[test]
    fn a_response_is_the_fault_that_it_names() {
        let mut response = http::Response::new(());
        *response.status_mut() = http::StatusCode::BAD_GATEWAY;
        assert_eq!((response.error_type(), response.blame()), ("502", Blame::Server));
        response.extensions_mut().insert(FaultTag::new("upstream", Blame::Client));
        assert_eq!((response.error_type(), response.blame()), ("upstream", Blame::Client));
    }

    #[test]
    fn status_texts() {
        assert_eq!(status_text(100), "100");
        assert_eq!(status_text(404), "404");
        assert_eq!(status_text(599), "599");
        assert_eq!(status_text(600), "_OTHER");
        assert_eq!(status_text(7), "_OTHER");
    }
}
