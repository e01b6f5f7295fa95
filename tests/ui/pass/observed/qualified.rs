//! `unsafe fn`, `extern "C" fn`, visibility, `#[inline]`, `#[must_use]`, `#[cfg]` and doc comments are preserved.
#![deny(warnings, missing_docs, clippy::pedantic)]
#![deny(unsafe_op_in_unsafe_fn)]

use goldsignal::observed;

/// # Safety
/// `pointer` is valid.
#[observed(fields(len))]
unsafe fn read(pointer: *const u32, len: usize) -> Option<u32> {
    if len == 0 {
        return None;
    }
    // SAFETY: the caller guarantees it.
    Some(unsafe { *pointer })
}

#[observed(fields(a))]
extern "C" fn foreign(a: u32) -> u32 {
    a + 1
}

#[observed]
unsafe extern "C" fn both(a: *const u32) -> u32 {
    // SAFETY: the caller guarantees it.
    unsafe { *a }
}

/// # Safety
/// None needed.
#[observed]
async unsafe fn asynchronous(a: u32) -> u32 {
    a
}

mod inner {
    //! Visibility.
    use goldsignal::observed;

    /// Adds one.
    ///
    /// More text.
    #[observed]
    #[inline]
    #[must_use]
    pub(in crate::inner) fn restricted(a: u32) -> u32 {
        a + 1
    }

    /// A handler.
    #[observed(get = "/visible")]
    #[inline]
    #[must_use]
    pub(in crate::inner) async fn handler(text: String) -> String {
        text
    }

    /// In the crate.
    #[cfg(all())]
    #[observed]
    pub(crate) fn in_crate(a: u32) -> u32 {
        restricted(a)
    }

    /// A handler in the crate.
    #[cfg(all())]
    #[observed(post = "/visible")]
    pub(crate) async fn handler_in_crate(text: String) -> String {
        handler(text).await
    }

    #[cfg(any())]
    #[observed(get = "/absent")]
    async fn absent(_: Unknown) {}

    #[observed(get = "/absent")]
    #[cfg(any())]
    async fn absent(_: Unknown) {}
}

/// # Panics
/// Never.
#[observed(name = "named", level = "debug")]
#[allow(clippy::needless_pass_by_value)]
fn attributes(#[allow(unused)] a: String, #[cfg(any())] b: Unknown) {}

fn main() {
    // SAFETY: a valid pointer.
    unsafe {
        assert_eq!(read(&raw const *&4, 1), Some(4));
        assert_eq!(both(&5), 5);
        assert_eq!(futures::executor::block_on(asynchronous(6)), 6);
    }
    let pointer: extern "C" fn(u32) -> u32 = foreign;
    assert_eq!(pointer(1), 2);
    assert_eq!(inner::in_crate(1), 2);
    assert_eq!(futures::executor::block_on(inner::handler_in_crate("a".into())), "a");
    attributes(String::new());
}
