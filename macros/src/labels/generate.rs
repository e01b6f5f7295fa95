//! Writes the implementation of `Labels`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit_mut::VisitMut;
use syn::{GenericParam, Lifetime, Type};

use super::model::{Head, Label};
use crate::paths::at;

pub(crate) fn generate(head: &Head<'_>, labels: &[Label<'_>]) -> TokenStream {
    let private = head.runtime.private(Span::call_site());
    let dimensions = labels.iter().map(|label| dimension(head, label));
    let digits = labels.iter().enumerate().map(|(number, label)| digit(head, number, label));
    implementation(
        head,
        &quote!(&[#(#dimensions),*]),
        &quote!(#private::number(Self::DIMENSIONS, [#(#digits),*])),
    )
}

/// Stands in where the derive is at fault, so that uses of the type are no faults too; nothing for a type
/// whose parameters are the fault.
pub(crate) fn fallback(head: &Head<'_>) -> TokenStream {
    let parameters = &head.generics.params;
    if parameters.len() > 1 || parameters.iter().any(|p| !matches!(p, GenericParam::Lifetime(_))) {
        return TokenStream::new();
    }
    implementation(head, &quote!(&[]), &quote!(0))
}

fn dimension(head: &Head<'_>, label: &Label<'_>) -> TokenStream {
    let private = head.runtime.private(Span::call_site());
    let name = &label.name;
    let domain = if let Some(budget) = label.budget {
        quote!(#private::Domain::Budget(#budget))
    } else {
        let typed = typed(head, label);
        quote!(#private::Domain::Finite(#typed.values))
    };
    quote!(#private::Dimension { name: #name, domain: #domain })
}

fn digit(head: &Head<'_>, number: usize, label: &Label<'_>) -> TokenStream {
    let field = label.field;
    if label.budget.is_none() {
        let typed = typed(head, label);
        return quote!((#typed.index)(&__labels.#field));
    }
    let ty = with_lifetimes(label.ty, "'_");
    let class = class(head, label, &ty);
    let private = head.runtime.private(Span::call_site());
    let admit = admit(head, label, "text", &ty);
    let text = quote!(#admit(#class, &__labels.#field));
    quote!(#private::Intern::intern(__interner, #number, #text))
}

/// What a field's type knows of itself as a label. Faults are shown at the type; both places where this
/// stands then say the same, which the compiler prints once.
fn typed(head: &Head<'_>, label: &Label<'_>) -> TokenStream {
    let ty = with_lifetimes(label.ty, "'static");
    let class = class(head, label, &ty);
    let admit = admit(head, label, "typed", &ty);
    quote!(const { #admit(#class) })
}

/// The function that admits the type, of which a fault is shown at the type.
fn admit(head: &Head<'_>, label: &Label<'_>, function: &str, ty: &Type) -> TokenStream {
    let span = at(label.ty.span());
    let private = head.runtime.private(span);
    let function = Ident::new(function, span);
    quote_spanned!(span=> #private::#function::<#ty, _>)
}

/// Whether the type is sensitive, as a value.
fn class(head: &Head<'_>, label: &Label<'_>, ty: &Type) -> TokenStream {
    let span = at(label.ty.span());
    let private = head.runtime.private(span);
    quote_spanned!(span=> #private::Probe::<#ty>::CLASS)
}

fn implementation(head: &Head<'_>, dimensions: &TokenStream, index: &TokenStream) -> TokenStream {
    let Head { ident, generics, runtime } = head;
    let private = runtime.private(Span::call_site());
    let lends = generics.params.iter().any(|param| matches!(param, GenericParam::Lifetime(_)));
    let (own, at) = if lends {
        (quote!(#ident<'static>), quote!(#ident<'goldsignal>))
    } else {
        (quote!(#ident), quote!(#ident))
    };
    quote! {
        const _: () = {
            // The class of a type that is not sensitive; an inherent constant of the same name hides it
            // for one that is.
            #[allow(unused_imports)]
            use #private::Harmless as _;

            #[automatically_derived]
            #[allow(deprecated, unused_lifetimes)]
            impl #private::Labels for #own {
                type At<'goldsignal> = #at;

                const DIMENSIONS: &'static [#private::Dimension] = #dimensions;

                #[inline]
                #[allow(unused_variables)]
                fn index(__labels: &Self::At<'_>, __interner: &dyn #private::Intern) -> #private::usize {
                    #index
                }
            }
        };
    }
}

/// The type with `lifetime` for each of its named lifetimes: the struct's own is not known in an
/// implementation for one lifetime.
fn with_lifetimes(ty: &Type, lifetime: &str) -> Type {
    struct Replace<'a>(&'a str);

    impl VisitMut for Replace<'_> {
        fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
            if lifetime.ident != "static" {
                *lifetime = Lifetime::new(self.0, lifetime.span());
            }
        }
    }

    let mut ty = ty.clone();
    Replace(lifetime).visit_type_mut(&mut ty);
    ty
}
