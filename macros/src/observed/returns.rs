//! The type of a function's value, as a static can name it.
//!
//! Faults and the success status are read off the type before the first call. A static cannot mention the generics
//! of the function or of the block that it stands in, `Self` or `impl Trait`, and need not: a type that mentions one is
//! replaced by an opaque one, and of a `Result` only the part that mentions it.

use std::collections::HashSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{
    GenericArgument, GenericParam, Generics, Ident, Lifetime, PathArguments, Signature, Type,
    TypePath, parse_quote,
};

use crate::wrap::value_type;

/// What is known of the names around a function.
#[derive(Clone, Copy)]
pub(super) enum Scope<'a> {
    /// No block declares generics: a free function.
    Free,
    /// The generics of the function's block.
    Block(&'a Generics),
    /// The function may stand in a block that is not seen, with generics of any name.
    Unknown,
}

/// The value's type as a static can name it.
pub(super) struct Nameable {
    pub(super) ty: Type,
    /// A name in it that may be a generic of the block around the function. The module's type of that name is meant,
    /// if there is one.
    pub(super) doubtful: Option<Ident>,
}

/// `None` where nothing would be left of the type that says how calls end.
pub(super) fn nameable(signature: &Signature, scope: Scope<'_>) -> Option<Nameable> {
    let mut ty = value_type(signature)?;
    let mut names = Names { generic: HashSet::new(), unknown: false };
    names.declare(&signature.generics);
    match scope {
        Scope::Free => {}
        Scope::Block(generics) => names.declare(generics),
        Scope::Unknown => names.unknown = true,
    }
    let doubtful = names.name(&mut ty)?;
    anonymous_lifetimes(&mut ty);
    Some(Nameable { ty, doubtful })
}

/// The names that a static cannot mention.
struct Names {
    generic: HashSet<String>,
    /// Whether there may be more of them.
    unknown: bool,
}

impl Names {
    fn declare(&mut self, generics: &Generics) {
        self.generic.extend(generics.params.iter().filter_map(|parameter| match parameter {
            GenericParam::Type(parameter) => Some(parameter.ident.to_string()),
            GenericParam::Const(parameter) => Some(parameter.ident.to_string()),
            GenericParam::Lifetime(_) => None,
        }));
    }

    /// Replaces what cannot be named in `ty`; `None` where that is all of it. Gives the name that is in doubt.
    #[expect(
        clippy::option_option,
        reason = "nothing can be named, it can for sure, or if a name is what it seems"
    )]
    fn name(&self, ty: &mut Type) -> Option<Option<Ident>> {
        match self.judge(ty) {
            Judged::Nameable => return Some(None),
            Judged::Doubtful(name) => return Some(Some(name)),
            Judged::Opaque => {}
        }
        // The parts of a `Result`, or of an alias of one.
        let Type::Path(TypePath { qself: None, path, .. }) = ty else { return None };
        let own = path.segments.iter().rev().skip(1).any(|segment| self.is_generic(&segment.ident));
        let segment = path.segments.last_mut().filter(|segment| {
            !own && !self.is_generic(&segment.ident)
                && segment.ident.to_string().ends_with("Result")
        })?;
        let PathArguments::AngleBracketed(arguments) = &mut segment.arguments else { return None };
        let mut doubtful = None;
        for (position, argument) in arguments.args.iter_mut().enumerate() {
            let part = match argument {
                GenericArgument::Type(part) => part,
                GenericArgument::Lifetime(_) => continue,
                _ => return None,
            };
            match self.judge(part) {
                Judged::Nameable => {}
                // The error, not what is returned beside it.
                Judged::Doubtful(name) if position > 0 => doubtful = Some(name),
                Judged::Doubtful(_) | Judged::Opaque => *part = parse_quote!(__GoldsignalOpaque),
            }
        }
        Some(doubtful)
    }

    fn is_generic(&self, name: &Ident) -> bool {
        name == "Self" || self.generic.contains(&name.to_string())
    }

    fn judge(&self, ty: &Type) -> Judged {
        if self.mentions_generics(ty.to_token_stream()) {
            return Judged::Opaque;
        }
        let mut seen = Seen { hidden: false, doubtful: Vec::new() };
        seen.visit_type(ty);
        match seen.doubtful.pop() {
            _ if seen.hidden => Judged::Opaque,
            Some(name) if self.unknown => match ty {
                Type::Path(TypePath { qself: None, path, .. }) if path.is_ident(&name) => {
                    Judged::Doubtful(name)
                }
                _ => Judged::Opaque,
            },
            _ => Judged::Nameable,
        }
    }

    fn mentions_generics(&self, tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(ident) => self.is_generic(&ident),
            TokenTree::Group(group) => self.mentions_generics(group.stream()),
            _ => false,
        })
    }
}

enum Judged {
    Nameable,
    /// The type is a single name that may be a generic of a block that is not seen.
    Doubtful(Ident),
    Opaque,
}

/// What is found in a type.
struct Seen {
    /// `impl Trait`, `!`, or a macro.
    hidden: bool,
    /// Names that may be generics: of types that take no arguments, and are not in every scope anyway.
    doubtful: Vec<Ident>,
}

impl<'ast> Visit<'ast> for Seen {
    fn visit_type(&mut self, ty: &'ast Type) {
        self.hidden |=
            matches!(ty, Type::ImplTrait(_) | Type::Never(_) | Type::Macro(_) | Type::Infer(_));
        visit::visit_type(self, ty);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        const EVERYWHERE: &[&str] = &[
            "String", "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize",
            "str", "u8", "u16", "u32", "u64", "u128", "usize",
        ];
        let first = &path.segments[0];
        // A generic takes no arguments; a longer path begins with one if that looks like a type.
        let like_a_type = first.ident.to_string().starts_with(char::is_uppercase);
        if path.leading_colon.is_none()
            && first.arguments.is_none()
            && (path.segments.len() == 1 || like_a_type)
            && !EVERYWHERE.iter().any(|name| first.ident == name)
        {
            self.doubtful.push(first.ident.clone());
        }
        visit::visit_path(self, path);
    }

    fn visit_trait_bound(&mut self, bound: &'ast syn::TraitBound) {
        // A trait is none of the generics; what it is given may be.
        for segment in &bound.path.segments {
            visit::visit_path_segment(self, segment);
        }
    }
}

/// Leaves it to the compiler to find the lifetimes that are declared outside of the type.
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
    use super::*;

    fn in_scope(signature: &str, scope: Scope<'_>) -> Option<String> {
        let signature: Signature = syn::parse_str(signature).unwrap();
        nameable(&signature, scope).map(|found| {
            let ty = found.ty.to_token_stream().to_string().replace(' ', "");
            match found.doubtful {
                Some(name) => format!("{ty} unless {name}"),
                None => ty,
            }
        })
    }

    fn named(signature: &str) -> Option<String> {
        in_scope(signature, Scope::Free)
    }

    #[test]
    fn keeps_the_error_type() {
        for (signature, expected) in [
            ("fn f() -> Result<impl A, E>", "Result<__GoldsignalOpaque,E>"),
            ("fn f<T>() -> Result<T, E>", "Result<__GoldsignalOpaque,E>"),
            ("fn f<T>() -> Result<Json<T>, E>", "Result<__GoldsignalOpaque,E>"),
            ("fn f<T>() -> io::Result<Vec<T>>", "io::Result<__GoldsignalOpaque>"),
            ("fn f() -> Result<Self, E<'a>>", "Result<__GoldsignalOpaque,E<'_>>"),
            ("fn f() -> Result<A, Self::Error>", "Result<A,__GoldsignalOpaque>"),
            ("fn f() -> Result<A, macro_of!(T)>", "Result<A,__GoldsignalOpaque>"),
            ("fn f<T>() -> Result<A, <T as B>::C>", "Result<A,__GoldsignalOpaque>"),
            ("fn f() -> Pin<Box<dyn Future<Output = Result<A, E>> + Send>>", "Result<A,E>"),
            ("fn f<const N: usize>() -> Result<[u8; N], E>", "Result<__GoldsignalOpaque,E>"),
            ("fn f<const N: usize>() -> Result<M<N>, E>", "Result<__GoldsignalOpaque,E>"),
            ("fn f() -> Box<dyn for<'b> Fn(&'b u8) -> &'a u8>", "Box<dynfor<'b>Fn(&'bu8)->&'_u8>"),
        ] {
            assert_eq!(named(signature).as_deref(), Some(expected), "{signature}");
        }
        for signature in ["fn f()", "fn f() -> !", "fn f<T>() -> T", "fn f<T>() -> Vec<T>"] {
            assert_eq!(named(signature), None, "{signature}");
        }
    }

    #[test]
    fn generics_of_the_block_are_not_named() {
        let block: syn::ItemImpl = syn::parse_str("impl<T, const N: usize> A<T, N> {}").unwrap();
        let scope = Scope::Block(&block.generics);
        assert_eq!(in_scope("fn f() -> Option<T>", scope), None);
        assert_eq!(in_scope("fn f() -> [E; N]", scope), None);
        assert_eq!(
            in_scope("fn f() -> Result<T, E>", scope).as_deref(),
            Some("Result<__GoldsignalOpaque,E>")
        );
    }

    #[test]
    fn names_of_a_block_that_is_not_seen_are_in_doubt() {
        for (signature, expected) in [
            ("fn f() -> Result<T, E>", Some("Result<__GoldsignalOpaque,E> unless E")),
            ("fn f() -> Result<u8, E>", Some("Result<u8,E> unless E")),
            ("fn f() -> Result<u8, E<N>>", Some("Result<u8,__GoldsignalOpaque>")),
            ("fn f() -> Result<u8, E<u8>>", Some("Result<u8,E<u8>>")),
            ("fn f() -> Result<u8, T::Error>", Some("Result<u8,__GoldsignalOpaque>")),
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
