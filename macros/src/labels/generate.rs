//! Generates the implementation of `Labels`.

use proc_macro2::{Span, TokenStream};
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
        let ty = with_lifetimes(label.ty, "'static");
        quote!(#private::Domain::Finite(#private::LabelProbe::<#ty>::VALUES))
    };
    quote!(#private::Dimension { name: #name, domain: #domain })
}

/// The index of the field's value. All tokens are at the field's type, where the compiler reports its errors.
fn index(container: &Container<'_>, number: usize, label: &Label<'_>) -> TokenStream {
    let span = located_at(label.ty.span());
    let private = container.crate_path.private(span);
    let (field, ty) = (label.field, with_lifetimes(label.ty, "'_"));
    let class = quote_spanned!(span=> #private::SensitivityProbe::<#ty>::CLASS);
    let value = quote_spanned!(span=> #private::probed_label(#class, &__labels.#field));
    let value = quote_spanned!(span=> #private::InsensitiveLabel::value(#value));
    if label.budget.is_none() {
        return quote_spanned!(span=> #private::Label::index(#value));
    }
    let text = quote_spanned!(span=> #private::LabelText::label_text(#value));
    quote!(#private::Intern::intern(__interner, #number, #text))
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
            // The traits' constants are those of a type that is not sensitive, and of one that is no label. For others, an
            // inherent constant of the same name takes precedence.
            #[allow(unused_imports)]
            use #private::{NoValuesByDefault as _, NotSensitiveByDefault as _};

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
