//! What is refused in conversations, and what is said then.

use kernel::{Error, Kind, Refusal};

/// Everything a caller can act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// Not there, or not for this viewer.
    NotFound,
    /// The text is longer than that many characters.
    TooLong(u64),
    /// The file has more bytes than that.
    TooLarge(u64),
    /// There is nothing in it.
    Empty,
    /// More people than that.
    TooManyMembers(u64),
    /// More conversations than that.
    TooManyConversations(u64),
    /// Only owner and administrators may write now.
    Muted,
    /// A rule of the conversation, or its kind, does not let this person do it.
    NotAllowed,
    /// The time in which it could be done is over.
    TooLate(u64),
    /// The poll takes no votes any more.
    PollClosed,
    /// Only owner and administrators may call everybody.
    AtAll,
    /// The message is no longer there to be acted upon.
    Recalled,
    /// More of something than that, at once or in all.
    TooMany(u64),
    /// Done a moment ago; again after so many seconds.
    TooSoon(u64),
    /// Somebody is not in the directory.
    UnknownMember,
    /// A field breaks a rule.
    Field(&'static str),
    /// A file waits no longer to be sent.
    FilesGone,
    /// Messages of this kind stay where they are.
    NotForwarded,
    /// It is being sent at this moment, and cannot be changed any more.
    BeingSent,
    /// Its sender wants it confirmed already.
    AlreadyUrgent,
    /// The organisation does not show who has read what.
    ReadListsOff,
    /// Nobody is left of whom it could be wanted.
    NobodyLeft,
    /// Too much within a short time; again after so many seconds.
    TooOften(u64),
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        use Refused as R;
        let refusal = match refused {
            R::NotFound => return Error::not_found(),
            R::TooLong(max) => new(
                Kind::Invalid,
                "chat.too_long",
                format!("太长了，最多 {max} 个字。"),
                format!("That is too long: {max} characters at most."),
            )
            .about("text"),
            R::TooLarge(max) => new(
                Kind::Invalid,
                "chat.too_large",
                format!("图片太大了，最大 {} KB。", max / 1_024),
                format!("That picture is too large: {} KB at most.", max / 1_024),
            )
            .about("file_id"),
            R::Empty => new(Kind::Invalid, "chat.empty", "写点什么再发。", "Write something first.").about("text"),
            R::TooManyMembers(max) => new(
                Kind::Conflict,
                "chat.too_many_members",
                format!("一个群最多 {max} 人。"),
                format!("A group can have at most {max} people."),
            )
            .about("member_ids"),
            R::TooManyConversations(max) => new(
                Kind::Conflict,
                "chat.too_many_conversations",
                format!("会话最多 {max} 个，先退出几个。"),
                format!("You can be in at most {max} conversations. Leave some first."),
            ),
            R::Muted => new(
                Kind::Forbidden,
                "chat.muted",
                "群里现在只有群主和管理员能发言。",
                "Only the owner and administrators can write here now.",
            ),
            R::NotAllowed => new(
                Kind::Forbidden,
                "chat.not_allowed",
                "这件事要由群主或管理员来做。",
                "That is for the owner and administrators of the group.",
            ),
            R::TooLate(hours) => new(
                Kind::Conflict,
                "chat.too_late",
                format!("超过 {hours} 小时的消息不能再改或撤回。"),
                format!("Messages can be edited or recalled for {hours} hours."),
            ),
            R::PollClosed => new(Kind::Conflict, "chat.poll_closed", "投票已经结束了。", "This poll is closed."),
            R::AtAll => new(
                Kind::Forbidden,
                "chat.at_all",
                "这里只有群主和管理员能@所有人。",
                "Only the owner and administrators can call everybody here.",
            )
            .about("mentions_all"),
            R::Recalled => new(Kind::Gone, "chat.recalled", "这条消息已经撤回了。", "This message was recalled."),
            R::TooMany(max) => new(Kind::Conflict, "chat.too_many", format!("最多 {max} 个。"), format!("At most {max}.")),
            R::TooSoon(seconds) => new(
                Kind::TooMany,
                "chat.too_soon",
                "刚刚提醒过了，过几分钟再提醒。",
                "They were reminded a moment ago. Try again in a few minutes.",
            )
            .retry_after_s(seconds),
            R::UnknownMember => new(
                Kind::Invalid,
                "chat.unknown_member",
                "有人不在通讯录里，重新选一下。",
                "Somebody is not in the directory. Choose again.",
            )
            .about("member_ids"),
            R::Field(field) => {
                new(Kind::Invalid, "chat.invalid", "这一项填得不对，改一下再试。", "That can’t be used. Change it and try again.")
                    .about(field)
            }
            R::BeingSent => {
                new(Kind::Conflict, "chat.being_sent", "这条消息正在发出，不能再改了。", "This message is being sent right now.")
            }
            R::AlreadyUrgent => {
                new(Kind::Conflict, "chat.already_urgent", "这条消息已经加急了。", "This message is marked urgent already.")
            }
            R::ReadListsOff => new(
                Kind::Forbidden,
                "chat.read_lists_off",
                "管理员关闭了已读名单。",
                "The administrators have switched off the lists of readers.",
            ),
            R::NobodyLeft => {
                new(Kind::Invalid, "chat.nobody", "没有可以提醒的人，重新选一下。", "There is nobody to tell. Choose again.").about("to")
            }
            R::TooOften(seconds) => {
                new(Kind::TooMany, "request.too_many", "太快了，歇一会儿再发。", "That was too fast. Wait a moment and try again.")
                    .retry_after_s(seconds)
            }
            R::FilesGone => new(
                Kind::Conflict,
                "chat.files_gone",
                "有文件已经不在了，重新选一下。",
                "One of the files is no longer there. Choose them again.",
            )
            .about("files"),
            R::NotForwarded => new(Kind::Invalid, "chat.not_forwarded", "这种消息不能转发。", "Messages of this kind can’t be forwarded.")
                .about("message_ids"),
        };
        refusal.into()
    }
}

fn new(
    kind: Kind,
    code: &'static str,
    zh: impl Into<std::borrow::Cow<'static, str>>,
    en: impl Into<std::borrow::Cow<'static, str>>,
) -> Refusal {
    Refusal::new(kind, code, zh, en)
}
