//! What the attributes expand to, and that nothing makes them panic.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use proptest::prelude::*;
use quote::quote;

use crate::{business_counter, observed, routes};

/// As rustfmt would have it, nearly.
fn pretty(tokens: TokenStream) -> String {
    let file: syn::File = syn::parse2(tokens).expect("an expansion is valid");
    prettyplease::unparse(&file)
}

/// An expression, in a function to be a file.
fn pretty_expression(tokens: &TokenStream) -> String {
    pretty(quote!(fn router() -> Router { #tokens }))
}

/// `#[observed(arguments)] item`
fn observe(arguments: TokenStream, item: TokenStream) -> String {
    pretty(observed::expand(arguments, item))
}

/// `#[business_counter(arguments)] item`
fn count(arguments: TokenStream, item: TokenStream) -> String {
    pretty(business_counter::expand(arguments, item))
}

fn handler() -> TokenStream {
    quote! {
        /// Creates a task.
        async fn create(State(app): State<App>, Json(new): Json<New>) -> Result<Json<Task>, ApiError> {
            let task = app.create(new).await?;
            Ok(Json(task))
        }
    }
}

#[test]
fn a_handler() {
    let arguments = quote! {
        post = "/tasks", slo = API, fields(title_len = new.title.len(), ?new.plan),
        ok(|Json(task)| task.id), err(|error| %error)
    };
    insta::assert_snapshot!(observe(arguments, handler()));
}

#[test]
fn a_sync_function() {
    let item = quote! {
        pub(crate) fn add(a: u32, b: u32) -> u32 {
            a + b
        }
    };
    insta::assert_snapshot!(observe(quote!(), item));
}

#[test]
fn an_async_method() {
    let item = quote! {
        async fn add(&mut self, by: u32) -> Result<&mut Self, Missing> {
            self.value += by;
            Ok(self)
        }
    };
    insta::assert_snapshot!(observe(quote!(fields(by), level = debug), item));
}

#[test]
fn a_function_that_returns_a_future() {
    let item = quote! {
        fn load(id: u32) -> impl Future<Output = Result<Task, Missing>> + Send {
            async move { find(id).await }
        }
    };
    insta::assert_snapshot!(observe(quote!(buckets = [0.1, 1]), item));
}

#[test]
fn a_boxed_future() {
    let item = quote! {
        fn load(id: u32) -> BoxFuture<'static, Option<Task>> {
            Box::pin(async move { find(id).await })
        }
    };
    insta::assert_snapshot!(observe(quote!(long, name = "load"), item));
}

#[test]
fn a_function_that_never_returns() {
    insta::assert_snapshot!(observe(
        quote!(),
        quote!(
            fn exit() -> ! {
                panic!()
            }
        )
    ));
}

#[test]
fn an_impl_block() {
    let item = quote! {
        impl<S: Source> Store<S> {
            const LIMIT: usize = 1;

            fn new(source: S) -> Self {
                Self { source }
            }

            #[observed(fields(id))]
            async fn load(&self, id: u32) -> Result<S::Item, S::Error> {
                self.source.load(id).await
            }

            #[observed(skip)]
            const fn len(&self) -> usize {
                0
            }
        }
    };
    insta::assert_snapshot!(observe(quote!(slo = STORE, level = debug), item));
}

#[test]
fn a_counter() {
    let arguments = quote! {
        TaskMetrics::tasks_created_total, CreatedBy { plan: new.plan }, on = always,
        by = new.items.len(), if = !new.draft
    };
    insta::assert_snapshot!(count(arguments, handler()));
}

#[test]
fn a_counter_without_labels() {
    let item = quote!(
        fn flush() -> io::Result<()> {
            Ok(())
        }
    );
    insta::assert_snapshot!(count(quote!(Cache::flushes_total), item));
}

#[test]
fn mounted_routes() {
    let input = quote!(create, tasks::list,);
    insta::assert_snapshot!(pretty_expression(&routes::expand(input)));
    let renamed = pretty_expression(&routes::expand(quote!(crate = gs; create)));
    assert!(renamed.contains("gs::__private::Mounting") && !renamed.contains("::goldsignal"));
}

#[test]
fn an_observed_handler_grows_by_thirty_lines_at_most() {
    let bare = pretty(handler()).lines().count();
    let arguments =
        quote!(get = "/tasks/{id}", slo = API, fields(title_len = new.title.len(), ?new.plan));
    let observed = observe(arguments, handler()).lines().count();
    assert!(observed - bare <= 30, "{} lines more", observed - bare);
}

/// Words that mean something to the attributes, and some that do not.
const WORDS: &[&str] = &[
    "get",
    "post",
    "name",
    "slo",
    "fields",
    "ok",
    "err",
    "level",
    "buckets",
    "long",
    "skip",
    "crate",
    "on",
    "by",
    "if",
    "fn",
    "async",
    "impl",
    "trait",
    "struct",
    "const",
    "self",
    "Self",
    "Future",
    "Result",
    "result",
    "redacted",
    "hash",
    "M",
    "done_total",
    "main",
    "for",
    "where",
    "pub",
    "dyn",
    "_",
    "r#type",
];

fn token() -> impl Strategy<Value = TokenTree> {
    let word = prop::sample::select(WORDS).prop_map(|word| {
        TokenTree::Ident(match word.strip_prefix("r#") {
            Some(raw) => Ident::new_raw(raw, Span::call_site()),
            None => Ident::new(word, Span::call_site()),
        })
    });
    let punct = (prop::sample::select(b"=,;:|%?&.-<>{}!#*@'+".as_slice()), any::<bool>())
        .prop_filter_map("a brace is a group", |(byte, joint)| {
            let spacing = if joint { Spacing::Joint } else { Spacing::Alone };
            (!b"{}'".contains(&byte)).then(|| Punct::new(char::from(byte), spacing).into())
        });
    let literal = prop::sample::select(
        [
            "\"/tasks/{id}\"",
            "\"\"",
            "\"debug\"",
            "1",
            "0.5",
            "1u8",
            "b\"x\"",
            "'c'",
            "99999999999999999999",
        ]
        .as_slice(),
    )
    .prop_map(|text| TokenTree::Literal(text.parse().expect("a literal")));
    let leaf = prop_oneof![4 => word, 4 => punct, 2 => literal];
    leaf.prop_recursive(3, 24, 6, |inner| {
        let delimiter = prop::sample::select(
            [Delimiter::Parenthesis, Delimiter::Brace, Delimiter::Bracket, Delimiter::None]
                .as_slice(),
        );
        (delimiter, prop::collection::vec(inner, 0..6)).prop_map(|(delimiter, tokens)| {
            TokenTree::Group(Group::new(delimiter, tokens.into_iter().collect()))
        })
    })
}

fn tokens() -> impl Strategy<Value = TokenStream> {
    prop::collection::vec(token(), 0..12).prop_map(|tokens| tokens.into_iter().collect())
}

/// Something near to what is meant, so that more than the parser's first step is reached.
fn item() -> impl Strategy<Value = TokenStream> {
    prop_oneof![
        tokens(),
        tokens().prop_map(|body| quote!(fn f(a: u8) -> Result<u8, E> { #body })),
        tokens().prop_map(|returns| quote!(async fn f(self) -> #returns { a })),
        tokens().prop_map(|inputs| quote!(fn f(#inputs) -> impl Future<Output = u8> { a })),
        tokens().prop_map(|items| quote!(impl S { #[observed(#items)] fn f(&self) {} #items })),
    ]
}

fn arguments() -> impl Strategy<Value = TokenStream> {
    prop_oneof![
        tokens(),
        tokens().prop_map(|fields| quote!(get = "/a", fields(#fields), level = debug)),
        tokens().prop_map(|value| quote!(slo = #value, ok(|value| #value))),
        tokens().prop_map(|bounds| quote!(buckets = [#bounds])),
        tokens().prop_map(|labels| quote!(M::done_total, #labels, on = err)),
        tokens().prop_map(|path| quote!(crate = gs; #path)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_input_makes_an_expansion_panic(arguments in arguments(), item in item()) {
        for expanded in [
            observed::expand(arguments.clone(), item.clone()),
            business_counter::expand(arguments.clone(), item),
            routes::expand(arguments),
        ] {
            prop_assert!(!expanded.is_empty());
        }
    }
}
