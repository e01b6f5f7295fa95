//! How the captured fields of a closing line find their keys.

use super::key::Key;
use super::log_line::LogLine;
use super::names;
use crate::declare::field::Constants;

/// The declared fields that were not looked up yet, with their keys.
pub(crate) struct KeysInOrder<'a>(pub(super) &'a [(&'static str, Key)]);

impl<'a> KeysInOrder<'a> {
    /// The key of `name`; the fields before it are skipped. Fields usually arrive in their declared
    /// order, and the compiler merges equal literals, so comparing addresses is mostly enough.
    #[inline]
    pub(crate) fn next(&mut self, name: &'static str) -> Option<&'a Key> {
        match self.0.split_first() {
            Some(((declared, key), others)) if std::ptr::eq(*declared, name) => {
                self.0 = others;
                Some(key)
            }
            _ => self.find(name),
        }
    }

    #[cold]
    #[inline(never)]
    fn find(&mut self, name: &'static str) -> Option<&'a Key> {
        let name = names::bare(name);
        let index = self.0.iter().position(|(declared, _)| *declared == name)?;
        let (_, others) = self.0.split_at(index);
        let ((_, key), others) = others.split_first()?;
        self.0 = others;
        Some(key)
    }
}

/// The fields of an operation that are literals, as its lines contain them.
#[derive(Debug)]
pub(crate) struct ConstantFields {
    pub(super) of: Constants,
    pub(crate) text: Box<[u8]>,
    /// The other declared fields, with their keys in lines.
    others: Box<[(&'static str, Key)]>,
}

impl ConstantFields {
    #[cold]
    pub(super) fn of(constants: Constants, declared: &[(&'static str, Key)]) -> Self {
        let text = LogLine::part(|line| {
            for (name, constant) in constants {
                line.closing_field(name, constant.value());
            }
        });
        let is_constant =
            |field: &str| constants.iter().any(|(name, _)| names::bare(name) == field);
        let (known, others): (Vec<_>, Vec<_>) =
            declared.iter().map(|(name, _)| *name).partition(|name| is_constant(name));
        // Only declared names are known to be distinct, and a callsite cannot declare very many.
        let of = if known.len() == constants.len() { constants } else { &[] };
        let others = others.into_iter().map(|name| (name, Key::in_closing(name))).collect();
        Self { of, text, others }
    }

    /// The keys of the other fields.
    #[inline]
    pub(crate) fn keys(&self) -> KeysInOrder<'_> {
        KeysInOrder(&self.others)
    }
}
