//! The type of a function's value, as a static can name it.
//!
//! Faults and the success status are read off the type before the first call. A static cannot mention the
//! function's generics, `Self`, named lifetimes or `impl Trait`, and need not: only the error type matters.

use std::collections::HashSet;

use syn::visit_mut::{self, VisitMut};
use syn::{ExprPath, GenericParam, Lifetime, Signature, Type, TypePath, parse_quote};

use crate::wrap::value_type;

/// The value's type with everything replaced that a static cannot name; `None` when that is not possible.
pub(super) fn nameable(signature: &Signature) -> Option<Type> {
    let mut ty = value_type(signature)?;
    let mut replacer =
        Replacer { generics: HashSet::new(), constants: HashSet::new(), possible: true };
    for parameter in &signature.generics.params {
        match parameter {
            GenericParam::Type(parameter) => replacer.generics.insert(parameter.ident.to_string()),
            GenericParam::Const(parameter) => {
                replacer.constants.insert(parameter.ident.to_string())
            }
            GenericParam::Lifetime(_) => continue,
        };
    }
    replacer.visit_type_mut(&mut ty);
    replacer.possible.then_some(ty)
}

struct Replacer {
    generics: HashSet<String>,
    constants: HashSet<String>,
    possible: bool,
}

impl VisitMut for Replacer {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        match ty {
            Type::ImplTrait(_) => *ty = parse_quote!(__GoldsignalOpaque),
            Type::Path(TypePath { qself: None, path, .. }) => {
                let first = path.segments[0].ident.to_string();
                if self.constants.contains(&first) {
                    // `N` of `Matrix<N>`, which reads like a type.
                    self.possible = false;
                } else if first == "Self" || self.generics.contains(&first) {
                    // `Self::Error` may be anything.
                    self.possible &= path.segments.len() == 1;
                    *ty = parse_quote!(__GoldsignalOpaque);
                } else {
                    visit_mut::visit_type_mut(self, ty);
                }
            }
            Type::Path(_) | Type::Never(_) => self.possible = false,
            _ => visit_mut::visit_type_mut(self, ty),
        }
    }

    /// An array's length or a constant's value: with a parameter in it, it is known to the function alone.
    fn visit_expr_path_mut(&mut self, expr: &mut ExprPath) {
        let first = expr.path.segments[0].ident.to_string();
        self.possible &= expr.qself.is_none()
            && first != "Self"
            && !self.constants.contains(&first)
            && !self.generics.contains(&first);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident != "static" {
            *lifetime = Lifetime::new("'_", lifetime.span());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::ToTokens;

    fn named(signature: &str) -> Option<String> {
        let signature: Signature = syn::parse_str(signature).unwrap();
        nameable(&signature).map(|ty| ty.to_token_stream().to_string().replace(' ', ""))
    }

    #[test]
    fn keeps_the_error_type() {
        assert_eq!(
            named("fn f() -> Result<impl A, E>").as_deref(),
            Some("Result<__GoldsignalOpaque,E>")
        );
        assert_eq!(
            named("fn f<T>() -> Result<T, E>").as_deref(),
            Some("Result<__GoldsignalOpaque,E>")
        );
        assert_eq!(
            named("fn f() -> Result<Self, E<'a>>").as_deref(),
            Some("Result<__GoldsignalOpaque,E<'_>>")
        );
        assert_eq!(
            named("fn f() -> Pin<Box<dyn Future<Output = Result<A, E>> + Send>>").as_deref(),
            Some("Result<A,E>")
        );
        assert_eq!(named("fn f() -> Result<A, Self::Error>"), None);
        assert_eq!(named("fn f()"), None);
        assert_eq!(named("fn f() -> !"), None);
        assert_eq!(named("fn f<const N: usize>() -> Result<[u8; N], E>"), None);
        assert_eq!(named("fn f<const N: usize>() -> Result<Matrix<N>, E>"), None);
        assert_eq!(
            named("fn f() -> Result<[Self; 2], E>").as_deref(),
            Some("Result<[__GoldsignalOpaque;2],E>")
        );
    }
}
