//! The edge: what every request passes through, and how its parts are read.
//!
//! Handlers use the extractors of this module only, so that whatever a stranger sends is refused
//! with a code, in the stranger's language, and never with a library's own words or a panic.

mod describe;
mod edge;
mod extract;
mod part;

pub(crate) use describe::describe;
pub(crate) use edge::router;
pub(crate) use extract::{Caller, Cursor, Json, Path, Query, Raw, malformed, unsupported};
pub(crate) use part::Part;
