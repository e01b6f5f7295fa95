//! Writes values that need no formatting, and members with such values.

use super::buffer::Reserved;
use super::key::{Key, VALUE};
use super::{escape, number, truncate};
use crate::declare::FieldValue;

/// Whether [`plain`] can write the value.
#[inline]
pub(super) fn is_written_at_once(value: &FieldValue<'_>) -> bool {
    match value {
        FieldValue::Display(_) | FieldValue::Debug(_) | FieldValue::Hash(_) => false,
        FieldValue::Text(text) => text.len() <= truncate::SHORT,
        _ => true,
    }
}

/// Writes a value that needs no formatting; any other value writes nothing.
pub(crate) fn plain<'a>(reserved: Reserved<'a>, value: FieldValue<'_>) -> Option<Reserved<'a>> {
    match value {
        FieldValue::Bool(true) => reserved.bytes(b"true"),
        FieldValue::Bool(false) => reserved.bytes(b"false"),
        FieldValue::I64(value) => {
            let reserved = if value < 0 { reserved.bytes(b"-")? } else { reserved };
            number::push(reserved, value.unsigned_abs())
        }
        FieldValue::U64(value) => number::push(reserved, value),
        FieldValue::F64(value) => number::push_f64(reserved, value),
        FieldValue::Text(value) => escape::quote(reserved, value),
        FieldValue::Display(_) | FieldValue::Debug(_) | FieldValue::Hash(_) | FieldValue::Empty => {
            Some(reserved)
        }
    }
}

/// Writes a key and a value that needs no formatting.
///
/// Short values, which are most, are written with their key into one block, whose capacity is
/// checked once.
#[inline(always)]
#[expect(clippy::inline_always, reason = "what kind of value it is, most callers know")]
pub(crate) fn member<'a>(
    reserved: Reserved<'a>,
    key: &Key,
    value: FieldValue<'_>,
) -> Option<Reserved<'a>> {
    match value {
        FieldValue::Bool(value) => bool_member(reserved, key, value),
        FieldValue::U64(value) => u64_member(reserved, key, value),
        FieldValue::I64(value) => i64_member(reserved, key, value),
        FieldValue::F64(value) => f64_member(reserved, key, value),
        FieldValue::Text(value) => {
            text_member(reserved, key, value.as_bytes(), || FieldValue::Text(value))
        }
        value => long_member(reserved, key, value),
    }
}

#[inline]
pub(crate) fn bool_member<'a>(
    reserved: Reserved<'a>,
    key: &Key,
    value: bool,
) -> Option<Reserved<'a>> {
    let Key::Short(key) = key else {
        return long_member(reserved, key, FieldValue::Bool(value));
    };
    key.with(reserved, |block| {
        block[..8].copy_from_slice(if value { b"true    " } else { b"false   " });
        if value { 4 } else { 5 }
    })
}

#[inline]
pub(crate) fn u64_member<'a>(
    reserved: Reserved<'a>,
    key: &Key,
    value: u64,
) -> Option<Reserved<'a>> {
    match key {
        Key::Short(key) if value < number::SHORT => key
            .with(reserved, |block| signed(block, false, |word| number::write_short(word, value))),
        _ => long_member(reserved, key, FieldValue::U64(value)),
    }
}

#[inline]
pub(crate) fn i64_member<'a>(
    reserved: Reserved<'a>,
    key: &Key,
    value: i64,
) -> Option<Reserved<'a>> {
    match key {
        Key::Short(key) if value.unsigned_abs() < number::SHORT => key.with(reserved, |block| {
            signed(block, value < 0, |word| number::write_short(word, value.unsigned_abs()))
        }),
        _ => long_member(reserved, key, FieldValue::I64(value)),
    }
}

#[inline]
pub(crate) fn f64_member<'a>(
    reserved: Reserved<'a>,
    key: &Key,
    value: f64,
) -> Option<Reserved<'a>> {
    match (key, number::thousandths(value)) {
        (Key::Short(key), Some(thousandths)) if thousandths < number::SHORT => {
            key.with(reserved, |block| {
                signed(block, value.is_sign_negative(), |block| {
                    number::write_short_thousandths(block, thousandths)
                })
            })
        }
        _ => long_member(reserved, key, FieldValue::F64(value)),
    }
}

/// Writes a key and text, whose characters are not decoded, which is cheaper. `value` is the same
/// text as a value.
#[inline]
pub(crate) fn text_member<'a, 'v>(
    reserved: Reserved<'a>,
    key: &Key,
    text: &[u8],
    value: impl FnOnce() -> FieldValue<'v>,
) -> Option<Reserved<'a>> {
    match (key, escape::ShortText::of(text)) {
        (Key::Short(key), Some(text)) => key.with(reserved, |block| text.quote(block)),
        _ => long_member(reserved, key, value()),
    }
}

/// Not inlined, so that the fast path saves no registers for it.
#[inline(never)]
fn long_member<'a>(
    reserved: Reserved<'a>,
    key: &Key,
    value: FieldValue<'_>,
) -> Option<Reserved<'a>> {
    plain(key.push(reserved)?, value)
}

/// Calls `number` with the part of the block after the sign; returns the length of both.
#[inline]
fn signed<const SIZE: usize>(
    block: &mut [u8; VALUE],
    negative: bool,
    number: impl FnOnce(&mut [u8; SIZE]) -> usize,
) -> usize {
    block[0] = b'-';
    let sign = usize::from(negative);
    block[sign..].first_chunk_mut().map_or(0, |rest| sign + number(rest))
}

/// Writes one of the line's own members; its name needs no escape.
#[inline]
pub(crate) fn text<'a>(reserved: Reserved<'a>, name: &str, value: &str) -> Option<Reserved<'a>> {
    escape::quote(self::name(reserved, name)?, value)
}

/// Like [`text`], for a number.
#[inline]
pub(crate) fn number<'a>(reserved: Reserved<'a>, name: &str, value: u64) -> Option<Reserved<'a>> {
    number::push(self::name(reserved, name)?, value)
}

#[inline]
fn name<'a>(reserved: Reserved<'a>, name: &str) -> Option<Reserved<'a>> {
    reserved.bytes(b",\"")?.bytes(name.as_bytes())?.bytes(b"\":")
}
