//! The type of the value that a call ends with, as a `static` can name it.
//!
//! The site of a function is a `static` that stores how calls can end: the faults and the success status of the type. A
//! `static` cannot mention `Self`, `impl Trait`, or generics of the function and its block. Such a type is left out,
//! except for a `Result`: there an opaque type replaces the argument that mentions one.

use std::collections::HashSet;

use syn::visit_mut::{self, VisitMut};
use syn::{
    GenericArgument, GenericParam, Generics, Ident, Lifetime, PathArguments, Signature, Type,
    TypePath, parse_quote,
};

use super::generics::{GenericNames, Mention};
use crate::wrap::output_type;

/// Which generics a function's types can mention, besides its own.
#[derive(Clone, Copy)]
pub(super) enum Scope<'a> {
    /// None: it is a free function.
    Free,
    /// Those of the `impl` block that the attribute is on.
    Block(&'a Generics),
    /// Any: the function may be in a block that the macro does not see.
    Unknown,
}

/// A type that a `static` can name.
pub(super) struct StaticType {
    pub(super) ty: Type,
    /// A name in `ty` that is either a type in the module or a generic of a block that the macro does not see. The
    /// expansion lets the compiler find out: it declares an alias of that name, which a type in the module shadows.
    pub(super) maybe_generic: Option<Ident>,
}

/// `None` if a `static` cannot name any part of the type that determines how calls end.
pub(super) fn static_type(signature: &Signature, scope: Scope<'_>) -> Option<StaticType> {
    let mut ty = output_type(signature)?;
    let mut names = GenericNames::of(&signature.generics);
    match scope {
        Scope::Free => {}
        Scope::Block(generics) => names.add(generics),
        Scope::Unknown => names.allow_unknown(),
    }
    let maybe_generic = match names.find_in(&ty) {
        Mention::No => None,
        Mention::Maybe(name) => Some(name),
        Mention::Yes => replace_result_arguments(&names, &mut ty)?,
    };
    anonymous_lifetimes(&mut ty);
    Some(StaticType { ty, maybe_generic })
}

/// Replaces the arguments of a `Result`, or of an alias of one, that mention generics. Returns the name in its error
/// type that may be a generic; `None` if `ty` is not a `Result`.
#[expect(
    clippy::option_option,
    reason = "not a `Result`, one without doubt, one with a name that may be generic"
)]
fn replace_result_arguments(names: &GenericNames, ty: &mut Type) -> Option<Option<Ident>> {
    let Type::Path(TypePath { qself: None, path, .. }) = ty else { return None };
    if path.segments.iter().any(|segment| names.contains(&segment.ident)) {
        return None;
    }
    let segment = path.segments.last_mut()?;
    if !segment.ident.to_string().ends_with("Result") {
        return None;
    }
    let PathArguments::AngleBracketed(arguments) = &mut segment.arguments else { return None };
    let mut maybe_generic = None;
    for (position, argument) in arguments.args.iter_mut().enumerate() {
        let part = match argument {
            GenericArgument::Type(part) => part,
            GenericArgument::Lifetime(_) => continue,
            _ => return None,
        };
        match names.find_in(part) {
            Mention::No => {}
            // Only one name can be left to the compiler, and the error type is the argument that matters.
            Mention::Maybe(name) if position > 0 => maybe_generic = Some(name),
            Mention::Maybe(_) | Mention::Yes => *part = parse_quote!(__Opaque),
        }
    }
    Some(maybe_generic)
}

/// Replaces the lifetimes that are declared outside of the type with `'_`.
fn anonymous_lifetimes(ty: &mut Type) {
    struct Anonymous(HashSet<String>);
    impl VisitMut for Anonymous {
        fn visit_bound_lifetimes_mut(&mut self, bound: &mut syn::BoundLifetimes) {
            for parameter in &bound.lifetimes {
                if let GenericParam::Lifetime(parameter) = parameter {
                    self.0.insert(parameter.lifetime.ident.to_string());
                }
            }
        }

        fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
            if lifetime.ident != "static" && !self.0.contains(&lifetime.ident.to_string()) {
                *lifetime = Lifetime::new("'_", lifetime.span());
            }
        }
    }
    let mut anonymous = Anonymous(HashSet::new());
    visit_mut::visit_type_mut(&mut anonymous, ty);
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;

    use super::*;

    fn in_scope(signature: &str, scope: Scope<'_>) -> Option<String> {
        let signature: Signature = syn::parse_str(signature).unwrap();
        static_type(&signature, scope).map(|found| {
            let ty = found.ty.to_token_stream().to_string().replace(' ', "");
            match found.maybe_generic {
                Some(name) => format!("{ty} unless {name}"),
                None => ty,
            }
        })
    }

    fn in_free_function(signature: &str) -> Option<String> {
        in_scope(signature, Scope::Free)
    }

    #[test]
    fn keeps_the_error_type() {
        for (signature, expected) in [
            ("fn f() -> Result<impl A, E>", "Result<__Opaque,E>"),
            ("fn f<T>() -> Result<T, E>", "Result<__Opaque,E>"),
            ("fn f<T>() -> Result<Json<T>, E>", "Result<__Opaque,E>"),
            ("fn f<T>() -> io::Result<Vec<T>>", "io::Result<__Opaque>"),
            ("fn f() -> Result<Self, E<'a>>", "Result<__Opaque,E<'_>>"),
            ("fn f() -> Result<A, Self::Error>", "Result<A,__Opaque>"),
            ("fn f() -> Result<A, macro_of!(T)>", "Result<A,__Opaque>"),
            ("fn f<T>() -> Result<A, <T as B>::C>", "Result<A,__Opaque>"),
            ("fn f() -> Pin<Box<dyn Future<Output = Result<A, E>> + Send>>", "Result<A,E>"),
            ("fn f<const N: usize>() -> Result<[u8; N], E>", "Result<__Opaque,E>"),
            ("fn f<const N: usize>() -> Result<M<N>, E>", "Result<__Opaque,E>"),
            ("fn f() -> Box<dyn for<'b> Fn(&'b u8) -> &'a u8>", "Box<dynfor<'b>Fn(&'bu8)->&'_u8>"),
        ] {
            assert_eq!(in_free_function(signature).as_deref(), Some(expected), "{signature}");
        }
        for signature in ["fn f()", "fn f() -> !", "fn f<T>() -> T", "fn f<T>() -> Vec<T>"] {
            assert_eq!(in_free_function(signature), None, "{signature}");
        }
    }

    #[test]
    fn generics_of_the_block_are_replaced() {
        let block: syn::ItemImpl = syn::parse_str("impl<T, const N: usize> A<T, N> {}").unwrap();
        let scope = Scope::Block(&block.generics);
        assert_eq!(in_scope("fn f() -> Option<T>", scope), None);
        assert_eq!(in_scope("fn f() -> [E; N]", scope), None);
        assert_eq!(
            in_scope("fn f() -> Result<T, E>", scope).as_deref(),
            Some("Result<__Opaque,E>")
        );
    }

    #[test]
    fn names_may_be_generics_of_an_unseen_block() {
        for (signature, expected) in [
            ("fn f() -> Result<T, E>", Some("Result<__Opaque,E> unless E")),
            ("fn f() -> Result<u8, E>", Some("Result<u8,E> unless E")),
            ("fn f() -> Result<u8, E<N>>", Some("Result<u8,__Opaque>")),
            ("fn f() -> Result<u8, E<u8>>", Some("Result<u8,E<u8>>")),
            ("fn f() -> Result<u8, T::Error>", Some("Result<u8,__Opaque>")),
            ("fn f() -> Result<u8, io::Error>", Some("Result<u8,io::Error>")),
            ("fn f() -> Result<u8, Box<dyn Error>>", Some("Result<u8,Box<dynError>>")),
            ("fn f() -> Reply", Some("Reply unless Reply")),
            ("fn f() -> Option<T>", None),
            ("fn f() -> [u8; N]", None),
        ] {
            assert_eq!(in_scope(signature, Scope::Unknown).as_deref(), expected, "{signature}");
        }
    }
}
