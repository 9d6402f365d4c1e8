//! Every bound of signalling, with its unit.

/// What one worker takes on. The numbers that depend on the machine may be configured; the others
/// are the constants of this module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Rooms at a time.
    pub rooms_max: usize,
    /// Participants at a time, all rooms together.
    pub participants_max: usize,
    /// Participants of one room.
    pub participants_per_room_max: usize,
    /// Tracks one participant may publish.
    pub tracks_per_participant_max: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { rooms_max: 4_096, participants_max: 8_192, participants_per_room_max: 1_000, tracks_per_participant_max: 32 }
    }
}

/// The longest signal message, in bytes.
pub const SIGNAL_BYTES_MAX: usize = 2 * 1024 * 1024;
/// The longest join request, unpacked, in bytes.
pub const JOIN_REQUEST_BYTES_MAX: usize = 1024 * 1024;
/// The longest query of a join, in bytes.
pub const QUERY_BYTES_MAX: usize = 2 * 1024 * 1024;
/// The longest room name, in bytes.
pub const ROOM_NAME_BYTES_MAX: usize = 256;
/// The longest identity, in bytes.
pub const IDENTITY_BYTES_MAX: usize = 256;
/// The longest display name, in bytes.
pub const NAME_BYTES_MAX: usize = 256;
/// The longest metadata of a room or a participant, in bytes.
pub const METADATA_BYTES_MAX: usize = 512 * 1024;
/// All attributes of a participant, keys and values, in bytes.
pub const ATTRIBUTES_BYTES_MAX: usize = 64 * 1024;
/// Malformed messages after which a client is sent away.
pub(crate) const MALFORMED_MAX: u32 = 32;
/// Track requests that wait for their section.
pub(crate) const PENDING_TRACKS_MAX: usize = 20;
/// Track requests of one client id that wait for an earlier one to end.
pub(crate) const PENDING_PER_CID_MAX: usize = 3;
/// Explicit wishes about subscriptions one participant may have.
pub(crate) const WISHES_MAX: usize = 4_096;
/// Texts of a client that are kept (cids, stream names, codec names), in bytes.
pub(crate) const WORD_BYTES_MAX: usize = 256;
/// Layers of one track.
pub(crate) const LAYERS_MAX: usize = 3;
/// Data kept for one receiver whose channel is not open or is full, in bytes.
pub(crate) const DATA_WAITING_BYTES_MAX: usize = 1024 * 1024;
/// Data of one sender kept for those who are joining, in bytes.
pub(crate) const DATA_REPLAY_BYTES_MAX: usize = 100 * 1024;
/// Lossy data is dropped when more than this waits to be sent, in bytes.
pub(crate) const LOSSY_BUFFERED_BYTES_MAX: usize = 64 * 1024;
/// The longest data packet, in bytes.
pub(crate) const DATA_BYTES_MAX: usize = 256 * 1024;
/// Nonces of server data remembered per room.
pub(crate) const NONCES_MAX: usize = 256;
/// Departures remembered for those who resume.
pub(crate) const DEPARTED_MAX: usize = 256;
/// Addresses one participant may be reached from.
pub(crate) const ADDRESSES_MAX: usize = 16;
/// Happenings that wait to be told; the oldest is lost beyond.
pub(crate) const EVENTS_MAX: usize = 16_384;
