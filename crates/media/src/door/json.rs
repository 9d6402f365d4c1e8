//! Protobuf messages as the JSON that LiveKit's server writes: the names of the proto files, and every field present.
//!
//! The generated code reads both spellings and writes the other one without defaults; this module only rewrites its
//! output. It must never change a value.

use serde_json::{Map, Value, json};

/// The key that marks a message which may be absent; its value is the shape of the message.
const OPTIONAL: &str = "?";

/// A room with every field at its default.
pub(super) fn room() -> Value {
    json!({
        "sid": "", "name": "", "empty_timeout": 0, "departure_timeout": 0, "max_participants": 0,
        "creation_time": "0", "creation_time_ms": "0", "turn_password": "",
        "enabled_codecs": [{"mime": "", "fmtp_line": ""}],
        "metadata": "", "num_participants": 0, "num_publishers": 0, "active_recording": false,
        "version": {OPTIONAL: {"unix_micro": "0", "ticks": 0}},
    })
}

/// A participant with every field at its default.
pub(super) fn participant() -> Value {
    json!({
        "sid": "", "identity": "", "state": "JOINING", "tracks": [track()], "metadata": "",
        "joined_at": "0", "joined_at_ms": "0", "name": "", "version": 0,
        "permission": {OPTIONAL: {
            "can_subscribe": false, "can_publish": false, "can_publish_data": false, "can_publish_sources": [],
            "hidden": false, "recorder": false, "can_update_metadata": false, "agent": false,
            "can_subscribe_metrics": false, "can_manage_agent_session": false,
        }},
        "region": "", "is_publisher": false, "kind": "STANDARD", "attributes": {},
        "disconnect_reason": "UNKNOWN_REASON", "kind_details": [], "data_tracks": [],
        "client_protocol": 0, "capabilities": [],
    })
}

/// A track with every field at its default.
pub(super) fn track() -> Value {
    json!({
        "sid": "", "type": "AUDIO", "name": "", "muted": false, "width": 0, "height": 0, "simulcast": false,
        "disable_dtx": false, "source": "UNKNOWN", "layers": [layer()], "mime_type": "", "mid": "",
        "codecs": [{
            "mime_type": "", "mid": "", "cid": "", "layers": [layer()], "video_layer_mode": "MODE_UNUSED", "sdp_cid": "",
        }],
        "stereo": false, "disable_red": false, "encryption": "NONE", "stream": "",
        "version": {OPTIONAL: {"unix_micro": "0", "ticks": 0}},
        "audio_features": [], "backup_codec_policy": "PREFER_REGRESSION", "packet_trailer_features": [],
    })
}

fn layer() -> Value {
    json!({
        "quality": "LOW", "width": 0, "height": 0, "bitrate": 0, "ssrc": 0, "spatial_layer": 0, "rid": "",
        "repair_ssrc": 0,
    })
}

/// The answer to CreateRoom and UpdateRoomMetadata.
pub(super) fn room_reply() -> Value {
    room()
}

/// The answer to ListRooms.
pub(super) fn rooms_reply() -> Value {
    json!({"rooms": [room()]})
}

/// The answer to ListParticipants.
pub(super) fn participants_reply() -> Value {
    json!({"participants": [participant()]})
}

/// The answer to MutePublishedTrack.
pub(super) fn track_reply() -> Value {
    json!({"track": {OPTIONAL: track()}})
}

/// Gives `value` the names and the missing fields of `shape`.
///
/// A shape is a message with its defaults; a list with one element is a list of messages; an empty list or an empty
/// object is taken over as it is.
pub(super) fn complete(value: Value, shape: &Value) -> Value {
    match (value, shape) {
        (Value::Object(given), Value::Object(shape)) if !shape.is_empty() => complete_message(given, shape),
        (Value::Array(given), Value::Array(shape)) => match shape.first() {
            Some(element) => given.into_iter().map(|value| complete(value, element)).collect(),
            None => Value::Array(given),
        },
        (value, _) => value,
    }
}

fn complete_message(mut given: Map<String, Value>, shape: &Map<String, Value>) -> Value {
    let mut complete_fields = Map::new();
    for (name, default) in shape {
        let given = given.remove(&camel_case(name)).or_else(|| given.remove(name));
        let optional = default.get(OPTIONAL);
        let field = match (given, optional) {
            (Some(value), Some(shape)) => complete(value, shape),
            (Some(value), None) => complete(value, default),
            (None, Some(_)) => Value::Null,
            (None, None) if default.is_array() => json!([]),
            (None, None) => default.clone(),
        };
        complete_fields.insert(name.clone(), field);
    }
    Value::Object(complete_fields)
}

fn camel_case(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    let mut upper = false;
    for letter in name.chars() {
        if letter == '_' {
            upper = true;
        } else if upper {
            camel.extend(letter.to_uppercase());
            upper = false;
        } else {
            camel.push(letter);
        }
    }
    camel
}

#[cfg(test)]
mod tests {
    use super::*;
    use livekit_protocol as proto;

    #[test]
    fn names_are_those_of_the_proto_and_defaults_are_written() {
        let room = proto::Room { name: "lane".to_owned(), creation_time: 7, empty_timeout: 300, ..proto::Room::default() };
        let written = complete(serde_json::to_value(room).expect("json"), &super::room());
        assert_eq!(written["creation_time"], "7");
        assert_eq!(written["empty_timeout"], 300);
        assert_eq!(written["num_participants"], 0);
        assert_eq!(written["version"], Value::Null);
        assert_eq!(written["enabled_codecs"], json!([]));
    }

    #[test]
    fn keys_that_people_chose_stay_as_they_are() {
        let participant = proto::ParticipantInfo {
            attributes: [("myKey".to_owned(), "v".to_owned())].into(),
            permission: Some(proto::ParticipantPermission::default()),
            tracks: vec![proto::TrackInfo { mime_type: "video/VP8".to_owned(), ..proto::TrackInfo::default() }],
            ..proto::ParticipantInfo::default()
        };
        let written = complete(serde_json::to_value(participant).expect("json"), &super::participant());
        assert_eq!(written["attributes"], json!({"myKey": "v"}));
        assert_eq!(written["permission"]["can_publish_data"], false);
        assert_eq!(written["tracks"][0]["mime_type"], "video/VP8");
        assert_eq!(written["tracks"][0]["type"], "AUDIO");
    }

    #[test]
    fn no_field_of_a_message_is_forgotten() {
        // A message whose every field is set must not have a field that its shape does not know.
        let full = json!({
            "sid": "TR_x", "type": "VIDEO", "muted": true, "simulcast": true, "disableDtx": true, "stereo": true,
            "disableRed": true, "version": {"ticks": 1}, "backupCodecPolicy": "SIMULCAST",
        });
        let track: proto::TrackInfo = serde_json::from_value(full.clone()).expect("a track");
        let written = complete(serde_json::to_value(track).expect("json"), &super::track());
        for (name, value) in full.as_object().expect("an object") {
            let snake: String = name
                .chars()
                .flat_map(|letter| {
                    let upper = letter.is_ascii_uppercase();
                    upper.then_some('_').into_iter().chain(letter.to_lowercase())
                })
                .collect();
            if name != "version" {
                assert_eq!(&written[&snake], value, "{name}");
            }
        }
        assert_eq!(written["version"], json!({"unix_micro": "0", "ticks": 1}));
    }
}
