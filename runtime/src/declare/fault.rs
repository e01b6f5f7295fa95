//! Faults: errors with a name from a finite set, a status, and whose fault they are.

use std::borrow::Cow;

/// Whose fault an error was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Blame {
    /// The client's: the service worked as intended.
    Client,
    /// The service's, or that of something it depends on.
    Server,
}

impl Blame {
    /// Whose fault an error with this HTTP status is: the client's for 4xx, except 408, which a server sends when *it* ran
    /// out of time; else the server's.
    pub const fn of_status(status: u16) -> Self {
        if status >= 400 && status < 500 && status != 408 { Self::Client } else { Self::Server }
    }
}

/// A kind of fault that an error type can be, as constant data for the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct FaultKind {
    /// The value of the label `error_type`.
    pub error_type: &'static str,
    /// The HTTP status of its response; `None` if it is known at run time only.
    pub status: Option<u16>,
}

/// An error that classifies itself: by a name, a status, and whose fault it is.
///
/// Derive it on an enum or a struct:
///
/// ```
/// use goldsignal::Fault;
///
/// #[derive(Fault)]
/// enum NotSold {
///     #[fault(status = 404)]
///     NoSuchItem,
///     #[fault(status = 503, error_type = "database")]
///     Sql,
/// }
/// assert_eq!(NotSold::NoSuchItem.error_type(), "no_such_item");
/// ```
///
/// Or implement it by hand:
///
/// ```
/// use goldsignal::{Fault, FaultKind};
///
/// struct Teapot;
/// impl Fault for Teapot {
///     const KINDS: &'static [FaultKind] = &[FaultKind::new("teapot", Some(418))];
///     fn error_type(&self) -> &'static str { "teapot" }
///     fn status(&self) -> Option<u16> { Some(418) }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not classified as a fault",
    note = "derive it: `#[derive(Fault)]` with `#[fault(status = …)]` on each variant"
)]
pub trait Fault {
    /// All kinds of this fault, as far as they are known when compiling.
    const KINDS: &'static [FaultKind];

    /// A short name from a finite set, such as `not_found`. It becomes a label, so it must not contain data.
    fn error_type(&self) -> &'static str;

    /// The HTTP status of its response; `None` if it has none.
    fn status(&self) -> Option<u16>;

    /// Whose fault it is. By default, the [`status`](Fault::status) decides, and without one it is the server's.
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

/// The classification of an error, without the error itself.
///
/// Insert one into the extensions of a response to classify an opaque error, such as `anyhow`'s:
///
/// ```
/// use goldsignal::{Blame, FaultTag};
///
/// let mut response = http::Response::new(());
/// response.extensions_mut().insert(FaultTag::new("upstream_timeout", Blame::Server));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FaultTag {
    /// The value of the label `error_type`.
    pub error_type: &'static str,
    /// The HTTP status, if the error has one.
    pub status: Option<u16>,
    /// Whose fault it is.
    pub blame: Blame,
    /// Text for the log only. It becomes the field `error` of the request's closing event, unless the handler's own error
    /// does.
    pub message: Option<Cow<'static, str>>,
}

impl FaultKind {
    /// A kind of fault.
    pub const fn new(error_type: &'static str, status: Option<u16>) -> Self {
        Self { error_type, status }
    }
}

impl FaultTag {
    /// A classification without a status and a message.
    pub const fn new(error_type: &'static str, blame: Blame) -> Self {
        Self { error_type, status: None, blame, message: None }
    }

    /// Sets the HTTP status.
    #[must_use]
    pub const fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// Sets the text for the log.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.message = Some(message.into());
        self
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

/// The `error_type` of a status is its number, such as `404`, as in OpenTelemetry's conventions for `error.type`.
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

/// A response that is an error, as `?` returns it from a guard. A [`FaultTag`] in its extensions decides the `error_type`
/// and the blame; otherwise the status does.
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

/// The three digits of a status as static text; [`OTHER`](super::OTHER) if it is not 100 to 599.
pub(crate) fn status_text(status: u16) -> &'static str {
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
        // A status below 600 has three decimal digits.
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
    fn an_error_without_a_status_is_the_servers_fault() {
        struct Silent;
        impl Fault for Silent {
            const KINDS: &'static [FaultKind] = &[];
            fn error_type(&self) -> &'static str {
                "silent"
            }
            fn status(&self) -> Option<u16> {
                None
            }
        }
        assert_eq!(
            (Silent.blame(), <&Silent as Fault>::blame(&&Silent)),
            (Blame::Server, Blame::Server)
        );
        let tag = Box::new(Silent).tag();
        assert_eq!(tag, FaultTag::new("silent", Blame::Server));
        let tag = tag.with_status(503).with_message("text");
        assert_eq!((tag.status, tag.message.as_deref()), (Some(503), Some("text")));
    }

    #[test]
    fn a_status_408_is_the_servers_fault() {
        assert_eq!(Blame::of_status(408), Blame::Server);
        assert_eq!(Blame::of_status(404), Blame::Client);
        assert_eq!(Blame::of_status(503), Blame::Server);
    }

    #[cfg(feature = "http")]
    #[test]
    fn a_tag_classifies_a_response() {
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
