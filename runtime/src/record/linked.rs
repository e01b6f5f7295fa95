//! What the linker collects: statics of one type, from every crate of the binary, side by side in a section of their
//! own. Nothing has to run for that.
//!
//! Elements are written by `linked!` alone, which states what a section is of. A library that does this for any type
//! has to check each element's where it stands: fourteen of the 35 lines that an observed function expanded to.

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
compile_error!("goldsignal does not know how this system's linker tells where a section begins");

/// A static that the linker collects.
#[doc(hidden)]
#[macro_export]
macro_rules! __linked {
    (site $name:ident = $value:expr) => {
        $crate::__linked! { "sites", static $name: $crate::__private::Site = $value; }
    };
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

/// A function that gives what `linked!` put into a section.
macro_rules! section {
    ($section:literal, $(#[$attribute:meta])* $visibility:vis fn $name:ident() -> &'static [$type:ty]) => {
        $(#[$attribute])*
        #[expect(unsafe_code, reason = "only the linker knows where a section begins")]
        $visibility fn $name() -> &'static [$type] {
            // The linker's own symbols. A section name with `set_` has them on all of these systems.
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
            // There are no symbols where there is no section. It is to be written to, as the elements' is.
            #[cfg(not(any(windows, target_vendor = "apple")))]
            #[used]
            #[unsafe(link_section = concat!("set_goldsignal_", $section))]
            static mut NONE: [$type; 0] = [];
            // Here parts of a section are put in order of what follows the `$`. What has no size may still be
            // given some, so the start is an element of its own.
            #[cfg(windows)]
            #[unsafe(link_section = concat!(".goldsignal_", $section, "$a"))]
            static START: std::mem::MaybeUninit<$type> = std::mem::MaybeUninit::uninit();
            #[cfg(windows)]
            #[unsafe(link_section = concat!(".goldsignal_", $section, "$c"))]
            static STOP: std::mem::MaybeUninit<$type> = std::mem::MaybeUninit::uninit();

            // The boundaries have no size that the compiler knows of; more than that is read.
            let start = std::hint::black_box((&raw const START).cast::<$type>());
            let start = start.wrapping_add(usize::from(cfg!(windows)));
            let length = ((&raw const STOP).addr() - start.addr()) / size_of::<$type>();
            // SAFETY: between its boundaries a section holds what was put into it and nothing else, without gaps, as
            // all of it has one type: `linked!` names the section together with that type. Statics are never
            // dropped or moved, and shared by all threads, so their type is `Sync`.
            unsafe { std::slice::from_raw_parts(start, length) }
        }
    };
}
pub(crate) use section;

#[cfg(test)]
#[expect(unsafe_code, reason = "only in other crates is it the macro's own")]
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
