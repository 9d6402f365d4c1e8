//! What is refused about programs, and what is said then.

use kernel::{Error, Kind, Refusal};

/// Everything a caller can act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// A field breaks a rule.
    Field(&'static str),
    /// More of something than that.
    TooMany(u64),
    /// Only those who may bring people in may do it.
    NotAllowed,
    /// Programs are not let in between two people.
    NotHere,
    /// The token is worth nothing.
    Token,
    /// The bot did not answer.
    NoAnswer,
    /// Its events go to its address.
    IsCalled,
    /// It has answered often enough, or too late.
    Answered,
    /// There is no such command here.
    NoCommand,
    /// Too often; again after so many seconds.
    TooFast(u64),
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        use Refused as R;
        let refusal = match refused {
            R::Field(field) => {
                Refusal::new(Kind::Invalid, "open.invalid", "这一项填得不对，改一下再试。", "That can’t be used. Change it and try again.")
                    .about(field)
            }
            R::TooMany(max) => Refusal::new(Kind::Conflict, "open.too_many", format!("最多 {max} 个。"), format!("At most {max}.")),
            R::NotAllowed => Refusal::new(
                Kind::Forbidden,
                "open.not_allowed",
                "这件事要由能邀请成员的人来做。",
                "That is for those who may add people here.",
            ),
            R::NotHere => Refusal::new(
                Kind::Forbidden,
                "open.not_here",
                "两个人的会话里不能添加程序。",
                "Programs can’t be added between two people.",
            ),
            R::Token => Refusal::new(Kind::Unauthenticated, "open.token", "令牌无效或已停用。", "That token is not valid any more."),
            R::NoAnswer => Refusal::new(
                Kind::Unavailable,
                "open.no_answer",
                "机器人没有回应，稍后再试。",
                "The bot did not answer. Try again later.",
            ),
            R::IsCalled => Refusal::new(
                Kind::Conflict,
                "open.is_called",
                "事件正发往回调地址；先清空它，再用长连接。",
                "Events go to the callback address. Remove it to listen by socket.",
            ),
            R::Answered => Refusal::new(Kind::Gone, "open.answered", "这个回复地址已经失效。", "That address takes no more answers."),
            R::NoCommand => Refusal::new(Kind::NotFound, "open.no_command", "这里没有这个命令。", "There is no such command here.").about("command"),
            R::TooFast(seconds) => {
                Refusal::new(Kind::TooMany, "open.too_fast", "太频繁了，过一会儿再试。", "Too often. Try again in a while.").retry_after_s(seconds)
            }
        };
        refusal.into()
    }
}
