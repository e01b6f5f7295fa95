//! Random tokens, and random mutations of valid input.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use proptest::prelude::*;
use proptest::sample::Index;

/// Keywords, options of the macros, and other identifiers.
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
    "poll_budget",
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
    "enum",
    "struct",
    "label",
    "labels",
    "metrics",
    "metric",
    "fault",
    "status",
    "transparent",
    "response",
    "rename",
    "budget",
    "prefix",
    "help",
    "unit",
    "Counter",
];

/// One token, or a group of them.
pub(super) fn token() -> impl Strategy<Value = TokenTree> {
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

/// Up to eleven tokens.
pub(super) fn tokens() -> impl Strategy<Value = TokenStream> {
    prop::collection::vec(token(), 0..12).prop_map(|tokens| tokens.into_iter().collect())
}

/// A change of one token of valid input.
#[derive(Clone, Debug)]
pub(super) enum Mutation {
    Remove,
    Duplicate,
    /// Swaps the token with the next one.
    Swap,
    Replace(TokenTree),
    /// Removes the token and everything after it in its group.
    Truncate,
}

/// One to three mutations, each at a random token.
pub(super) fn mutations() -> impl Strategy<Value = Vec<(Index, Mutation)>> {
    let mutation = prop_oneof![
        Just(Mutation::Remove),
        Just(Mutation::Duplicate),
        Just(Mutation::Swap),
        token().prop_map(Mutation::Replace),
        Just(Mutation::Truncate),
    ];
    prop::collection::vec((any::<Index>(), mutation), 1..4)
}

/// The number of tokens, including groups and the tokens in them.
fn count(tokens: &TokenStream) -> usize {
    let inner = |token: TokenTree| match token {
        TokenTree::Group(group) => count(&group.stream()),
        _ => 0,
    };
    tokens.clone().into_iter().map(|token| 1 + inner(token)).sum()
}

/// Applies the mutations in order.
pub(super) fn mutate(tokens: TokenStream, mutations: &[(Index, Mutation)]) -> TokenStream {
    mutations.iter().fold(tokens, |tokens, (index, mutation)| match count(&tokens) {
        0 => tokens,
        count => mutate_nth(tokens, &mut index.index(count), mutation),
    })
}

/// Mutates the token after the next `steps` ones, counted depth first. Sets `steps` to `usize::MAX` when it is done.
fn mutate_nth(tokens: TokenStream, steps: &mut usize, mutation: &Mutation) -> TokenStream {
    let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for at in 0..tokens.len() {
        if *steps == 0 {
            *steps = usize::MAX;
            match mutation {
                Mutation::Remove => drop(tokens.remove(at)),
                Mutation::Duplicate => tokens.insert(at, tokens[at].clone()),
                Mutation::Swap if at + 1 < tokens.len() => tokens.swap(at, at + 1),
                Mutation::Swap => {}
                Mutation::Replace(token) => tokens[at] = token.clone(),
                Mutation::Truncate => tokens.truncate(at),
            }
            break;
        }
        *steps -= 1;
        if let TokenTree::Group(group) = &tokens[at] {
            let inner = mutate_nth(group.stream(), steps, mutation);
            tokens[at] = Group::new(group.delimiter(), inner).into();
        }
    }
    tokens.into_iter().collect()
}
