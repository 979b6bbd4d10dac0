//! MTP level 3 as level 2 and the user parts see it.

mod label;
mod router;
mod trace;
