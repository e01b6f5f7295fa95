//! The expansions of the derives.

use quote::quote;

use super::pretty;

#[test]
fn label() {
    insta::assert_snapshot!(pretty(crate::label::expand(quote! {
        enum Plan {
            Free,
            #[label(rename = "on-premises")]
            OnPremises,
        }
    })));
}

#[test]
fn labels() {
    insta::assert_snapshot!(pretty(crate::labels::expand(quote! {
        struct Search<'a> {
            plan: Plan,
            #[label(budget = 50, rename = "customer")]
            tenant: &'a str,
        }
    })));
}

#[test]
fn metrics() {
    insta::assert_snapshot!(pretty(crate::metrics::expand(quote! {
        #[metrics(prefix = "todo_")]
        pub(crate) struct Tasks {
            /// Tasks created.
            created_total: Counter<CreatedBy>,
            /// Time until done.
            #[metric(buckets = [1, 60])]
            age_seconds: Histogram,
        }
    })));
}

#[test]
fn metrics_of_an_alias() {
    insta::assert_snapshot!(pretty(crate::metrics::expand(quote! {
        struct Tasks {
            /// Sizes.
            size_bytes: Sizes,
        }
    })));
}

#[test]
fn fault() {
    insta::assert_snapshot!(pretty(crate::fault::expand(quote! {
        #[fault(response)]
        enum ApiError {
            #[fault(status = 404)]
            NotFound,
            #[fault(status = StatusCode::CONFLICT, error_type = "twice")]
            Duplicate(String),
        }
    })));
}

#[test]
fn fault_that_is_transparent() {
    insta::assert_snapshot!(pretty(crate::fault::expand(quote! {
        enum ApiError<T> {
            #[fault(status = code, blame = client)]
            Upstream { code: u16 },
            #[fault(transparent)]
            Inner(T),
        }
    })));
}

#[test]
fn a_faulty_item_is_implemented_anyway() {
    insta::assert_snapshot!(pretty(crate::fault::expand(quote! {
        enum ApiError {
            NotFound,
            #[fault(status = 200)]
            Fine,
        }
    })));
}
