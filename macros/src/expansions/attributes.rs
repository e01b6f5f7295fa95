//! The expansions of `#[observed]`, `#[business_counter]` and `routes![]`.

use proc_macro2::TokenStream;
use quote::quote;

use super::pretty;
use crate::{business_counter, observed, routes};

/// An expression, formatted inside of a function.
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

/// One macro at the path reports that it does not exist.
#[test]
fn at_a_path_that_the_user_gives() {
    let item = quote!(
        fn flush() {}
    );
    let observed = observe(quote!(crate = obs::goldsignal), item);
    let replaced = "#[obs::goldsignal::__private::expanded(";
    assert!(observed.starts_with(replaced) && observed.ends_with("fn flush() {}\n"), "{observed}");
}

#[test]
fn an_observed_handler_grows_by_30_lines_at_most() {
    let bare = pretty(handler()).lines().count();
    let arguments =
        quote!(get = "/tasks/{id}", slo = API, fields(title_len = new.title.len(), ?new.plan));
    let observed = observe(arguments, handler()).lines().count();
    assert!(observed - bare <= 30, "{} lines more", observed - bare);
}
