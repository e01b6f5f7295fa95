//! The call of a tool whose function was not reached.

use super::end::end;
use crate::declare::{FieldValue, Outcome};
use crate::observe::captured::Captured;
use crate::observe::observation::Observation;
use crate::observe::site::{Site, UNKNOWN_TOOL};
use crate::observe::verdict::Verdict;

/// Counts, logs and traces a call that ended before the tool's function began, by the caller's fault.
pub(crate) fn reject(site: &'static Site) {
    let is_known = !std::ptr::eq(site, &raw const UNKNOWN_TOOL);
    let error_type = if is_known { "rejected" } else { "unknown_tool" };
    let mut call = Observation::call(site, Captured::new());
    call.begin_call(site);
    call.capture("tool", FieldValue::Text(site.operation.tool.unwrap_or_default()));
    end(&call, Verdict { outcome: Outcome::ClientError, error_type, ..Verdict::OK });
}
