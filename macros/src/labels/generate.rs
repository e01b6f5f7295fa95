//! Generates the implementation of `Labels`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit_mut::VisitMut;
use syn::{GenericParam, Lifetime, Type};

use super::model::{Container, Label};
use crate::paths::located_at;

pub(crate) fn generate(container: &Container<'_>, labels: &[Label<'_>]) -> TokenStream {
    let private = container.crate_path.private(Span::call_site());
    let dimensions = labels.iter().map(|label| dimension(container, label));
    let indices = labels.iter().enumerate().map(|(number, label)| index(container, number, label));
    implementation(
        container,
        &quote!(&[#(#dimensions),*]),
        &quote!(#private::SeriesIndex::new([#(#indices),*])),
    )
}

/// The implementation for a struct with errors. Uses of the type then cause no further errors. There is none for a
/// struct with generic parameters that are not allowed.
pub(crate) fn fallback(container: &Container<'_>) -> TokenStream {
    let parameters = &container.generics.params;
    if parameters.len() > 1 || parameters.iter().any(|p| !matches!(p, GenericParam::Lifetime(_))) {
        return TokenStream::new();
    }
    let private = container.crate_path.private(Span::call_site());
    implementation(container, &quote!(&[]), &quote!(#private::SeriesIndex::new([])))
}

fn dimension(container: &Container<'_>, label: &Label<'_>) -> TokenStream {
    let private = container.crate_path.private(Span::call_site());
    let name = &label.name;
    let domain = if let Some(budget) = label.budget {
        quote!(#private::Domain::Budget(#budget))
    } else {
        let label_type = finite_label(container, label);
        quote!(#private::Domain::Finite(#label_type.values))
    };
    quote!(#private::Dimension { name: #name, domain: #domain })
}

fn index(container: &Container<'_>, number: usize, label: &Label<'_>) -> TokenStream {
    let field = label.field;
    if label.budget.is_none() {
        let label_type = finite_label(container, label);
        return quote!((#label_type.index)(&__labels.#field));
    }
    let ty = with_lifetimes(label.ty, "'_");
    let sensitivity = sensitivity(container, label, &ty);
    let private = container.crate_path.private(Span::call_site());
    let accept = accept(container, label, "budgeted_text", &ty);
    let text = quote!(#accept(#sensitivity, &__labels.#field));
    quote!(#private::Intern::intern(__interner, #number, #text))
}

/// The constant expression of the field's type as a label with a finite set of values.
///
/// It occurs in two places of the expansion, with the same spans: the compiler reports an error in it once, at the type.
fn finite_label(container: &Container<'_>, label: &Label<'_>) -> TokenStream {
    let ty = with_lifetimes(label.ty, "'static");
    let sensitivity = sensitivity(container, label, &ty);
    let accept = accept(container, label, "finite_label", &ty);
    quote!(const { #accept(#sensitivity) })
}

/// The runtime function that accepts the field's type as a label. The compiler reports its errors at the type.
fn accept(container: &Container<'_>, label: &Label<'_>, function: &str, ty: &Type) -> TokenStream {
    let span = located_at(label.ty.span());
    let private = container.crate_path.private(span);
    let function = Ident::new(function, span);
    quote_spanned!(span=> #private::#function::<#ty, _>)
}

/// The constant that holds whether the type is sensitive.
fn sensitivity(container: &Container<'_>, label: &Label<'_>, ty: &Type) -> TokenStream {
    let span = located_at(label.ty.span());
    let private = container.crate_path.private(span);
    quote_spanned!(span=> #private::SensitivityProbe::<#ty>::CLASS)
}

fn implementation(
    container: &Container<'_>,
    dimensions: &TokenStream,
    index: &TokenStream,
) -> TokenStream {
    let Container { ident, generics, crate_path } = container;
    let private = crate_path.private(Span::call_site());
    let has_lifetime =
        generics.params.iter().any(|param| matches!(param, GenericParam::Lifetime(_)));
    let (own, at) = if has_lifetime {
        (quote!(#ident<'static>), quote!(#ident<'goldsignal>))
    } else {
        (quote!(#ident), quote!(#ident))
    };
    quote! {
        const _: () = {
            // The trait's constant `CLASS` is that of a type that is not sensitive. For a sensitive type, an inherent
            // constant of the same name takes precedence.
            #[allow(unused_imports)]
            use #private::NotSensitiveByDefault as _;

            #[automatically_derived]
            #[allow(deprecated, unused_lifetimes)]
            impl #private::Labels for #own {
                type At<'goldsignal> = #at;

                const DIMENSIONS: &'static [#private::Dimension] = #dimensions;

                #[inline]
                #[allow(unused_variables)]
                fn index(__labels: &Self::At<'_>, __interner: &dyn #private::Intern) -> #private::SeriesIndex<Self> {
                    #index
                }
            }
        };
    }
}

/// The type with each named lifetime replaced by `lifetime`: the struct's lifetime parameter is not in scope in the
/// implementation, which is for one lifetime.
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
