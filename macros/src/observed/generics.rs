//! Finds what a type mentions that a `static` cannot name: generics of the function or of its block.

use std::collections::HashSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{GenericParam, Generics, Ident, Type, TypePath};

/// The names of the generics in scope.
pub(super) struct GenericNames {
    names: HashSet<String>,
    /// Whether there may be others, of a block that the macro does not see.
    may_have_others: bool,
}

/// Whether a type mentions a generic.
pub(super) enum Mention {
    No,
    /// The type is a single name, which may be a generic of a block that the macro does not see.
    Maybe(Ident),
    /// It does, or it may and is not a single name, or it contains what a `static` cannot name for another reason.
    Yes,
}

impl GenericNames {
    pub(super) fn of(generics: &Generics) -> Self {
        let mut names = Self { names: HashSet::new(), may_have_others: false };
        names.add(generics);
        names
    }

    pub(super) fn add(&mut self, generics: &Generics) {
        self.names.extend(generics.params.iter().filter_map(|parameter| match parameter {
            GenericParam::Type(parameter) => Some(parameter.ident.to_string()),
            GenericParam::Const(parameter) => Some(parameter.ident.to_string()),
            GenericParam::Lifetime(_) => None,
        }));
    }

    pub(super) fn allow_unknown(&mut self) {
        self.may_have_others = true;
    }

    /// `Self` counts as a generic.
    pub(super) fn contains(&self, name: &Ident) -> bool {
        name == "Self" || self.names.contains(&name.to_string())
    }

    pub(super) fn find_in(&self, ty: &Type) -> Mention {
        if self.are_in(ty.to_token_stream()) {
            return Mention::Yes;
        }
        let mut scan = Scan { unnameable: false, candidates: Vec::new() };
        scan.visit_type(ty);
        match scan.candidates.pop() {
            _ if scan.unnameable => Mention::Yes,
            Some(name) if self.may_have_others => match ty {
                Type::Path(TypePath { qself: None, path, .. }) if path.is_ident(&name) => {
                    Mention::Maybe(name)
                }
                _ => Mention::Yes,
            },
            _ => Mention::No,
        }
    }

    fn are_in(&self, tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(ident) => self.contains(&ident),
            TokenTree::Group(group) => self.are_in(group.stream()),
            _ => false,
        })
    }
}

/// The result of walking through a type.
struct Scan {
    /// Whether it contains `impl Trait`, `!`, `_` or a macro.
    unnameable: bool,
    /// The names that may be those of generics.
    candidates: Vec<Ident>,
}

impl<'ast> Visit<'ast> for Scan {
    fn visit_type(&mut self, ty: &'ast Type) {
        self.unnameable |=
            matches!(ty, Type::ImplTrait(_) | Type::Never(_) | Type::Macro(_) | Type::Infer(_));
        visit::visit_type(self, ty);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        // Types that are in scope everywhere. A generic would hardly be called like one of them.
        const EVERYWHERE: &[&str] = &[
            "String", "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize",
            "str", "u8", "u16", "u32", "u64", "u128", "usize",
        ];
        let first = &path.segments[0];
        // A generic has no arguments. A path of several segments can begin with one (`T::Error`), or with a module; the
        // case of the first letter tells them apart.
        let like_a_type = first.ident.to_string().starts_with(char::is_uppercase);
        if path.leading_colon.is_none()
            && first.arguments.is_none()
            && (path.segments.len() == 1 || like_a_type)
            && !EVERYWHERE.iter().any(|name| first.ident == name)
        {
            self.candidates.push(first.ident.clone());
        }
        visit::visit_path(self, path);
    }

    fn visit_trait_bound(&mut self, bound: &'ast syn::TraitBound) {
        // The trait itself is not a generic, but its arguments may be.
        for segment in &bound.path.segments {
            visit::visit_path_segment(self, segment);
        }
    }
}
