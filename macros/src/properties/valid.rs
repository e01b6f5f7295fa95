//! Valid input of every macro, with most of its syntax.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;

use crate::{business_counter, fault, label, labels, metrics, observed, routes};

/// The entry point of a macro.
#[derive(Clone, Copy)]
pub(super) enum Macro {
    /// Takes the arguments and the item. The input is a group of the arguments, then the item.
    Attribute(fn(TokenStream, TokenStream) -> TokenStream),
    /// Takes the input alone.
    Input(fn(TokenStream) -> TokenStream),
}

/// Expands `input`. If it does not begin with a group, the attribute gets no arguments.
pub(super) fn expanded(kind: Macro, input: TokenStream) -> TokenStream {
    match kind {
        Macro::Input(expand) => expand(input),
        Macro::Attribute(expand) => {
            let mut tokens = input.clone().into_iter();
            match tokens.next() {
                Some(TokenTree::Group(arguments)) => expand(arguments.stream(), tokens.collect()),
                _ => expand(TokenStream::new(), input),
            }
        }
    }
}

type Valid = (Macro, fn() -> TokenStream);

pub(super) const ALL: &[Valid] = &[
    (Macro::Attribute(observed::expand), handler),
    (Macro::Attribute(observed::expand), block),
    (Macro::Attribute(observed::expand), future),
    (Macro::Attribute(business_counter::expand), counted),
    (Macro::Input(routes::expand), mounted),
    (Macro::Input(label::expand), plan),
    (Macro::Input(labels::expand), search),
    (Macro::Input(metrics::expand), tasks),
    (Macro::Input(fault::expand), api_error),
];

fn attribute(arguments: TokenStream, item: TokenStream) -> TokenStream {
    [Group::new(Delimiter::Parenthesis, arguments).into()].into_iter().chain(item).collect()
}

fn handler() -> TokenStream {
    let arguments = quote! {
        post = "/tasks/{id}", slo = API, level = debug, buckets = [0.1, 0.5, 2],
        fields(id, %new.title, ?new.plan, len = new.title.len(), "x-a" = id, hash(user), key = redacted(id)),
        ok(|Json(task)| task.id), err(|error| %error)
    };
    let item = quote! {
        /// Creates a task.
        #[inline]
        pub async fn create(Path(id): Path<u64>, Json(new): Json<New>) -> Result<Json<Task>, ApiError> {
            Ok(Json(app.create(new).await?))
        }
    };
    attribute(arguments, item)
}

fn block() -> TokenStream {
    let item = quote! {
        impl<T: Clone> Store<T> {
            #[observed(skip)]
            fn new() -> Self { Self }
            #[observed(long, name = "store_watch")]
            async fn watch(&mut self, by: u32) -> Option<&T> { self.0.next(by).await }
            const SIZE: usize = 1;
        }
    };
    attribute(quote!(level = "trace"), item)
}

fn future() -> TokenStream {
    let item = quote! {
        fn load<'a>(&'a self, id: u32) -> Pin<Box<dyn Future<Output = Result<Task, Missing>> + Send + 'a>>
        where Self: Sync {
            Box::pin(async move { self.find(id).await })
        }
    };
    attribute(quote!(fields(id), crate = gs), item)
}

fn counted() -> TokenStream {
    let arguments = quote! {
        TaskMetrics::created_total, CreatedBy { plan: user.plan, source: Source::Api },
        on = ok, by = tasks.len(), if = !tasks.is_empty()
    };
    attribute(
        arguments,
        quote!(
            async fn create(tasks: Vec<Task>) -> Result<(), Error> {
                Ok(())
            }
        ),
    )
}

fn mounted() -> TokenStream {
    quote!(api::list, create.layer(limit).layer(Other::new(1)), delete)
}

fn plan() -> TokenStream {
    quote! {
        #[label(crate = gs)]
        pub enum Plan { Free, Pro, #[label(rename = "on-premises")] OnPremises }
    }
}

fn search() -> TokenStream {
    quote! {
        #[labels(crate = gs)]
        struct Search<'a> { plan: Plan, #[label(budget = 50, rename = "customer")] tenant: &'a str }
    }
}

fn tasks() -> TokenStream {
    quote! {
        #[metrics(prefix = "todo_")]
        pub(crate) struct Tasks {
            /// Tasks created.
            created_total: Counter<CreatedBy>,
            /// Time until done.
            #[metric(buckets = [1, 60, 3600.5])]
            age_seconds: Histogram,
            #[metric(name = "waiting", help = "Tasks that wait.", budget = 500)]
            pending: Gauge<Search<'static>>,
        }
    }
}

fn api_error() -> TokenStream {
    quote! {
        #[fault(response, detail)]
        enum ApiError<T> {
            #[fault(status = 404)]
            NotFound,
            #[fault(status = StatusCode::CONFLICT, error_type = "twice")]
            Duplicate(String),
            #[fault(status = code, blame = client)]
            Upstream { code: u16 },
            #[fault(transparent)]
            Inner(T),
        }
    }
}
