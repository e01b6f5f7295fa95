//! Random tokens, and valid input with an accident.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use proptest::prelude::*;
use proptest::sample::Index;

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

/// A few of them.
pub(super) fn tokens() -> impl Strategy<Value = TokenStream> {
    prop::collection::vec(token(), 0..12).prop_map(|tokens| tokens.into_iter().collect())
}

/// What happens to a token of valid input.
#[derive(Clone, Debug)]
pub(super) enum Accident {
    Dropped,
    Doubled,
    /// It changes places with the next one.
    Swapped,
    Replaced(TokenTree),
    /// Everything behind it is missing, too.
    CutOff,
}

/// Some accidents, each somewhere.
pub(super) fn accidents() -> impl Strategy<Value = Vec<(Index, Accident)>> {
    let accident = prop_oneof![
        Just(Accident::Dropped),
        Just(Accident::Doubled),
        Just(Accident::Swapped),
        token().prop_map(Accident::Replaced),
        Just(Accident::CutOff),
    ];
    prop::collection::vec((any::<Index>(), accident), 1..4)
}

/// How many tokens there are, those in groups and the groups among them.
fn count(tokens: &TokenStream) -> usize {
    let inner = |token: TokenTree| match token {
        TokenTree::Group(group) => count(&group.stream()),
        _ => 0,
    };
    tokens.clone().into_iter().map(|token| 1 + inner(token)).sum()
}

/// `tokens` after these accidents.
pub(super) fn after(tokens: TokenStream, accidents: &[(Index, Accident)]) -> TokenStream {
    accidents.iter().fold(tokens, |tokens, (place, accident)| match count(&tokens) {
        0 => tokens,
        count => happen(tokens, &mut place.index(count), accident),
    })
}

/// Lets `accident` happen to the token that is `steps` further on.
fn happen(tokens: TokenStream, steps: &mut usize, accident: &Accident) -> TokenStream {
    let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for at in 0..tokens.len() {
        if *steps == 0 {
            *steps = usize::MAX;
            match accident {
                Accident::Dropped => drop(tokens.remove(at)),
                Accident::Doubled => tokens.insert(at, tokens[at].clone()),
                Accident::Swapped if at + 1 < tokens.len() => tokens.swap(at, at + 1),
                Accident::Swapped => {}
                Accident::Replaced(token) => tokens[at] = token.clone(),
                Accident::CutOff => tokens.truncate(at),
            }
            break;
        }
        *steps -= 1;
        if let TokenTree::Group(group) = &tokens[at] {
            let inner = happen(group.stream(), steps, accident);
            tokens[at] = Group::new(group.delimiter(), inner).into();
        }
    }
    tokens.into_iter().collect()
}
