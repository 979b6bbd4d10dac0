//! Trunk groups: which circuits there are, who owns each, and which one the next call takes.
//!
//! Promises: every circuit has exactly one owner at any time, a call or nobody, and a seizure never takes an owned one. How many
//! calls of the far end a circuit has begun that are not over is known, so that one that begins calls faster than they end can be
//! told so: see [`BEGUN_MAX`].
//! Leaves out the circuit's own protocol state (idle, blocked, being reset): that is `isup`'s, asked through a closure.

pub mod audit;
mod hunting;
pub mod reconcile;

use std::collections::BTreeMap;

use config::model::{Hunting, TrunkIndex};
use isup::exchange::CircuitId;
use isup::q931::interface::ChannelId;
use media::{Law, Timeslot};

use crate::call::CallId;
use hunting::Idle;

/// A circuit as the call side sees it: its names on every side of the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    /// The trunk group that it belongs to.
    pub trunk: TrunkIndex,
    /// Its protocol's name for it.
    pub id: SeatId,
    /// The operator's name for it: circuit identification code, or number of the B-channel.
    pub number: u16,
    /// The media path's name for it.
    pub at: Timeslot,
    /// The law of its octets.
    pub law: Law,
    /// Both ends tell digits as they come.
    pub overlap: bool,
    /// The far end can be asked for user-user signalling.
    pub user_user: bool,
}

/// What a protocol calls a timeslot that carries calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SeatId {
    /// An ISUP circuit.
    Circuit(CircuitId),
    /// A channel of a primary rate interface.
    Channel(ChannelSeat),
}

/// A B-channel among all primary rate interfaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChannelSeat {
    /// The interface, counted over the trunks that are one.
    pub interface: usize,
    /// Its own name for the channel.
    pub channel: ChannelId,
}

impl SeatId {
    /// None comes before it.
    const FIRST: SeatId = SeatId::Circuit(CircuitId(0));
}

/// Calls that the far end has begun on one circuit and that are not over, at most: the one that owns it, and earlier ones whose
/// other end has not let go yet, as a silent SIP peer does not for 32 s (RFC 3261 timer B). A telephone that is dialled again and
/// again meets it at one call in 4 s.
pub const BEGUN_MAX: usize = 8;

/// All trunks and the ownership of their circuits.
#[derive(Debug)]
pub struct Trunks {
    groups: Vec<Group>,
    seats: BTreeMap<SeatId, Place>,
    /// Calls that the far end has begun and that are not over, with where they came.
    begun: BTreeMap<CallId, SeatId>,
}

#[derive(Debug)]
struct Group {
    idle: Idle,
    owned: usize,
}

#[derive(Debug)]
struct Place {
    seat: Seat,
    owner: Option<CallId>,
    /// Calls that came on it and are not over.
    begun: usize,
}

/// How many of a trunk's circuits are owned, of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occupancy {
    /// Circuits that a call owns.
    pub owned: usize,
    /// All circuits.
    pub circuits: usize,
}

impl Trunks {
    /// Trunks with the given hunting orders, in the order of their indices, and their circuits, all idle.
    pub fn new(hunts: &[Hunting], seats: &[Seat]) -> Trunks {
        let mut groups: Vec<Group> = hunts.iter().map(|hunt| Group { idle: Idle::new(*hunt), owned: 0 }).collect();
        for seat in seats {
            groups[seat.trunk.get()].idle.put(seat.number, seat.id);
        }
        let seats = seats.iter().map(|seat| (seat.id, Place { seat: *seat, owner: None, begun: 0 })).collect();
        Trunks { groups, seats, begun: BTreeMap::new() }
    }

    /// Takes the next circuit of `trunk` that nobody owns and that `usable` admits. `None`: all busy or unusable (cause 34).
    pub fn seize(&mut self, trunk: TrunkIndex, call: CallId, usable: impl Fn(&Seat) -> bool) -> Option<Seat> {
        let seats = &self.seats;
        let usable = |id| seats.get(&id).is_some_and(|place| usable(&place.seat));
        let id = self.groups[trunk.get()].idle.take(usable)?;
        Some(self.own(id, call))
    }

    /// Whether more idle circuits of `trunk` than `reserve` are admitted by `usable`.
    pub fn has_more(&self, trunk: TrunkIndex, reserve: u16, usable: impl Fn(&Seat) -> bool) -> bool {
        let idle = self.groups[trunk.get()].idle.ids().filter_map(|id| self.seats.get(&id));
        idle.filter(|place| usable(&place.seat)).nth(usize::from(reserve)).is_some()
    }

    /// Gives a circuit to the call that the far end began on it. `None`: it has an owner already, or is none of ours.
    pub fn seize_incoming(&mut self, id: SeatId, call: CallId) -> Option<Seat> {
        let place = self.seats.get_mut(&id).filter(|place| place.owner.is_none())?;
        place.begun += 1;
        self.begun.insert(call, id);
        self.groups[place.seat.trunk.get()].idle.remove(place.seat.number, id);
        Some(self.own(id, call))
    }

    /// How many calls the far end has begun on a circuit that are not over.
    pub fn begun_on(&self, id: SeatId) -> usize {
        self.seats.get(&id).map_or(0, |place| place.begun)
    }

    /// A call is over.
    pub fn over(&mut self, call: CallId) {
        if let Some(place) = self.begun.remove(&call).and_then(|id| self.seats.get_mut(&id)) {
            place.begun -= 1;
        }
    }

    /// Ends the ownership of a circuit; it becomes idle, last in line where the order is by use.
    pub fn free(&mut self, id: SeatId) {
        let Some(place) = self.seats.get_mut(&id) else { return };
        if place.owner.take().is_some() {
            let group = &mut self.groups[place.seat.trunk.get()];
            group.owned -= 1;
            group.idle.put(place.seat.number, id);
        }
    }

    /// Gives a circuit that a call owns to another call.
    pub fn pass(&mut self, id: SeatId, to: CallId) {
        if let Some(owner) = self.seats.get_mut(&id).and_then(|place| place.owner.as_mut()) {
            *owner = to;
        }
    }

    /// The call that owns a circuit.
    pub fn owner(&self, id: SeatId) -> Option<CallId> {
        self.seats.get(&id)?.owner
    }

    /// The circuit's names, if it is one of ours.
    pub fn seat(&self, id: SeatId) -> Option<Seat> {
        Some(self.seats.get(&id)?.seat)
    }

    /// Every circuit in the order of its id, with its owner.
    pub fn seats(&self) -> impl Iterator<Item = (Seat, Option<CallId>)> + '_ {
        self.seats.values().map(|place| (place.seat, place.owner))
    }

    /// How full a trunk is.
    pub fn occupancy(&self, trunk: TrunkIndex) -> Occupancy {
        let group = &self.groups[trunk.get()];
        Occupancy { owned: group.owned, circuits: group.owned + group.idle.len() }
    }

    fn own(&mut self, id: SeatId, call: CallId) -> Seat {
        let place = self.seats.get_mut(&id).expect("the idle lists name only circuits that have a seat");
        place.owner = Some(call);
        self.groups[place.seat.trunk.get()].owned += 1;
        place.seat
    }
}

#[cfg(test)]
mod tests;
