//! Statics that the linker collects: those of one type, from every crate of the binary, are adjacent in a section of
//! their own. No code has to run for that.
//!
//! Only `linked!` adds elements, and it states the type of each section. A library for sections of any type, such as
//! `linkme`, has to check the type of each element where it is declared. That was fourteen of the 35 lines of an
//! expansion of `#[observed]`.

#[cfg(not(any(
    windows,
    target_vendor = "apple",
    target_os = "android",
    target_os = "freebsd",
    target_os = "fuchsia",
    target_os = "illumos",
    target_os = "linux",
    target_os = "openbsd",
)))]
compile_error!(
    "goldsignal does not know how the linker of this system marks the start of a section"
);

/// Declares a static that the linker collects.
#[doc(hidden)]
#[macro_export]
macro_rules! __linked {
    (mount $name:ident = $value:expr) => {
        $crate::__linked! { "mounts", static $name: $crate::__private::MountedOperation = $value; }
    };
    (family $name:ident = $value:expr) => {
        $crate::__linked! { "families", static $name: $crate::__private::Descriptor = $value; }
    };
    ($section:literal, $element:item) => {
        #[used]
        #[cfg_attr(
            windows,
            unsafe(link_section = ::core::concat!(".goldsignal_", $section, "$b"))
        )]
        #[cfg_attr(
            target_vendor = "apple",
            unsafe(link_section = ::core::concat!("__DATA,__gs_", $section, ",regular,no_dead_strip"))
        )]
        #[cfg_attr(
            not(any(windows, target_vendor = "apple")),
            unsafe(link_section = ::core::concat!("set_goldsignal_", $section))
        )]
        $element
    };
}

/// Declares a function that returns the elements of a section.
macro_rules! section {
    ($section:literal, $(#[$attribute:meta])* $visibility:vis fn $name:ident() -> &'static [$type:ty]) => {
        $(#[$attribute])*
        #[expect(unsafe_code, reason = "only the linker knows where a section begins")]
        $visibility fn $name() -> &'static [$type] {
            // The linker defines these symbols. On all of these systems it does so for a section name with `set_`.
            #[cfg(not(windows))]
            unsafe extern "Rust" {
                #[cfg_attr(
                    target_vendor = "apple",
                    link_name = concat!("\x01section$start$__DATA$__gs_", $section)
                )]
                #[cfg_attr(
                    not(target_vendor = "apple"),
                    link_name = concat!("__start_set_goldsignal_", $section)
                )]
                static START: [$type; 0];
                #[cfg_attr(
                    target_vendor = "apple",
                    link_name = concat!("\x01section$end$__DATA$__gs_", $section)
                )]
                #[cfg_attr(
                    not(target_vendor = "apple"),
                    link_name = concat!("__stop_set_goldsignal_", $section)
                )]
                static STOP: [$type; 0];
            }
            // Without a section the linker defines no symbols, so this creates one. It is writable, as the elements' is.
            #[cfg(not(any(windows, target_vendor = "apple")))]
            #[used]
            #[unsafe(link_section = concat!("set_goldsignal_", $section))]
            static mut NONE: [$type; 0] = [];
            // On Windows, the linker sorts the parts of a section by the text after the `$`. It may give a static
            // without a size one byte, so the start is an element of its own, which is skipped.
            #[cfg(windows)]
            #[unsafe(link_section = concat!(".goldsignal_", $section, "$a"))]
            static START: std::mem::MaybeUninit<$type> = std::mem::MaybeUninit::uninit();
            #[cfg(windows)]
            #[unsafe(link_section = concat!(".goldsignal_", $section, "$c"))]
            static STOP: std::mem::MaybeUninit<$type> = std::mem::MaybeUninit::uninit();

            // For the compiler the boundaries have no size. It must not conclude that nothing is behind them.
            let start = std::hint::black_box((&raw const START).cast::<$type>());
            let start = start.wrapping_add(usize::from(cfg!(windows)));
            let length = ((&raw const STOP).addr() - start.addr()) / size_of::<$type>();
            // SAFETY: between its boundaries, a section has the statics that were placed in it and nothing else. Only
            // `linked!` and this macro place statics there, all of the type `$type`, so there are no gaps, and the
            // length is exact. Statics are initialised, live for ever, and are never moved. Their type is `Sync`, as
            // for every static, so all threads may read them.
            unsafe { std::slice::from_raw_parts(start, length) }
        }
    };
}
pub(crate) use section;

#[cfg(test)]
#[expect(unsafe_code, reason = "the lint does not apply to the macro's expansion in other crates")]
mod tests {
    use crate::declare::{Descriptor, Kind, SourceLocation};
    use crate::record::metric::families;

    const fn descriptor(name: &'static str) -> Descriptor {
        let location = SourceLocation::new(file!(), line!(), module_path!());
        let (kind, dimensions, bounds) = (Kind::Counter, &[], &[]);
        Descriptor { name, help: "", kind, unit: "", dimensions, bounds, location }
    }

    #[test]
    fn elements_of_one_section_are_one_slice() {
        crate::__linked!(family ONE = descriptor("linked_one_total"));
        crate::__linked!(family TWO = descriptor("linked_two_total"));
        for element in [&ONE, &TWO] {
            let found = families().iter().filter(|family| std::ptr::eq(*family, element));
            assert_eq!(found.count(), 1, "{}", element.name);
        }
    }
}
