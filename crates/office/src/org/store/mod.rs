//! The organisation's rows. Every function takes a viewer, or says in its name whom it serves
//! instead; statements name the organisation, so that no row of another one is ever touched.

pub(super) mod audit;
pub(super) mod cards;
pub(super) mod departments;
pub(super) mod entry;
pub(super) mod find;
pub(super) mod invitations;
pub(super) mod members;
pub(super) mod password_links;
pub(super) mod rolls;
pub(super) mod set_up;
