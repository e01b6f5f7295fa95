//! Which captured value stands for which field of a closing event.

use super::callsite::{EventSite, FIXED, MAX_FIELDS};
use super::closing::Closing;
use crate::observe::fields::FieldValue;

/// How many fields an event's set has beside its own.
pub(super) const CAPTURED: usize = MAX_FIELDS - FIXED.len();

/// The captured values that an event's field set knows, by the places of their names: each name has one value, the
/// last that was captured.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places {
    /// The value's number among those captured.
    values: [u8; CAPTURED],
    /// Something was captured that the set does not know, or that the event itself tells.
    pub(super) others: bool,
}

/// There is no value.
const NONE: u8 = u8::MAX;

impl Places {
    pub(super) fn of(site: &EventSite, closing: &Closing) -> Self {
        let mut places = Self { values: [NONE; CAPTURED], others: false };
        let names = &site.names[FIXED.len()..];
        // They come in the order of their names as a rule: then none is searched for.
        let mut next = 0;
        for (number, name) in closing.fields.fields().names().enumerate() {
            let place = match names.get(next) {
                // The compiler keeps one copy of a literal, so that its address tells.
                Some(expected) if std::ptr::eq(*expected, name) || *expected == name => Some(next),
                _ => names.iter().position(|known| *known == name),
            };
            let number = u8::try_from(number).unwrap_or(NONE);
            match place {
                Some(place) if number != NONE => {
                    places.values[place] = number;
                    next = place + 1;
                }
                _ => places.others = true,
            }
        }
        places
    }

    /// The value that stands for the field in `place`; empty where none was captured.
    #[inline]
    pub(super) fn value<'a>(&self, place: usize, closing: &'a Closing) -> FieldValue<'a> {
        match self.values.get(place) {
            Some(&number) if number != NONE => closing.fields.fields().get(number.into()),
            _ => FieldValue::Empty,
        }
    }
}
