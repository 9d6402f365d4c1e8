//! What the organisation refuses, and what it says then. The kind chosen here decides the status.

use kernel::{Error, Kind, Refusal};

/// Everything a caller can act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Name or password is wrong, the account is disabled or unknown: one answer for all.
    SignInFailed,
    SignInTooOften {
        retry_after_s: u64,
    },
    PasswordWrong,
    /// A field breaks a rule.
    Field {
        field: &'static str,
        zh: &'static str,
        en: &'static str,
    },
    TooShort {
        field: &'static str,
        min: usize,
    },
    TooLong {
        field: &'static str,
        max: usize,
    },
    Taken {
        field: &'static str,
    },
    AlreadySetUp,
    LinkInvalid,
    LinkExpired,
    /// A mailed link for a new password that is used, too old, or none of ours.
    PasswordLinkSpent,
    /// This office sends no mail.
    NoMail,
    LastOwner,
    OwnerOnly,
    NotYourself,
    DepartmentCycle,
    DepartmentTooDeep {
        max: usize,
    },
    DepartmentNotEmpty,
    DepartmentUnknown,
    HeadNotMember,
    TooMany {
        what_zh: &'static str,
        what_en: &'static str,
        max: u64,
    },
    NotAnImage,
    NotCsv,
    NotUtf8,
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        use Refused as R;
        match refused {
            R::SignInFailed => Refusal::new(
                Kind::Unauthenticated,
                "org.sign_in_failed",
                "用户名或密码不对，再试一次。",
                "That name and password don’t match. Try again.",
            ),
            R::SignInTooOften { retry_after_s } => Refusal::new(
                Kind::TooMany,
                "org.too_many_attempts",
                "试得太多了，过一会儿再来。",
                "Too many attempts. Try again in a little while.",
            )
            .retry_after_s(retry_after_s),
            R::PasswordWrong => {
                Refusal::new(Kind::Invalid, "org.password_wrong", "现在的密码不对。", "That isn’t your current password.").about("current")
            }
            R::Field { field, zh, en } => Refusal::new(Kind::Invalid, "org.invalid", zh, en).about(field),
            R::TooShort { field, min } => {
                Refusal::new(Kind::Invalid, "org.too_short", format!("至少要 {min} 个字符。"), format!("At least {min} characters."))
                    .about(field)
            }
            R::TooLong { field, max } => {
                Refusal::new(Kind::Invalid, "org.too_long", format!("最多 {max} 个字符。"), format!("At most {max} characters."))
                    .about(field)
            }
            R::Taken { field } => {
                Refusal::new(Kind::Conflict, "org.taken", "已经有人用了，换一个。", "Somebody has that already. Choose another.")
                    .about(field)
            }
            R::AlreadySetUp => Refusal::new(
                Kind::Conflict,
                "org.already_set_up",
                "这个办公室已经设置好了，直接登录。",
                "This office is already set up. Sign in.",
            ),
            R::LinkInvalid => {
                Refusal::new(Kind::NotFound, "org.link_invalid", "这个链接不对，再核对一遍。", "That link isn’t right. Check it again.")
            }
            R::LinkExpired => Refusal::new(
                Kind::Gone,
                "org.link_expired",
                "这个链接已经用完或过期了，请管理员再发一个。",
                "This link has run out. Ask an administrator for a new one.",
            ),
            R::PasswordLinkSpent => Refusal::new(
                Kind::Gone,
                "org.password_link_spent",
                "这个链接已经用过或过期了，再要一个。",
                "That link has been used or is too old. Ask for another one.",
            ),
            R::NoMail => Refusal::new(
                Kind::Conflict,
                "org.no_mail",
                "这个办公室不发邮件，请管理员帮忙。",
                "This office sends no mail. Ask an administrator.",
            ),
            other => organising(other),
        }
    }
}

/// The refusals of those who run the organisation.
fn organising(refused: Refused) -> Refusal {
    use Refused as R;
    let (kind, code, zh, en) = match refused {
        R::LastOwner => (
            Kind::Conflict,
            "org.last_owner",
            "组织至少要有一个所有者，先指定另一个。",
            "An organisation needs an owner. Name another one first.",
        ),
        R::OwnerOnly => (Kind::Forbidden, "org.owner_only", "只有所有者可以这样做。", "Only an owner can do that."),
        R::NotYourself => (Kind::Conflict, "org.not_yourself", "不能对自己这样做。", "You can’t do that to yourself."),
        R::DepartmentCycle => {
            (Kind::Conflict, "org.department_cycle", "部门不能放进它自己的下级里。", "A department can’t be put inside itself.")
        }
        R::DepartmentNotEmpty => {
            (Kind::Conflict, "org.department_not_empty", "先移走下级部门，再删除。", "Move the departments inside it first.")
        }
        R::DepartmentUnknown => (Kind::Invalid, "org.department_unknown", "没有这个部门。", "There is no such department."),
        R::HeadNotMember => {
            (Kind::Invalid, "org.head_unknown", "负责人必须是组织里的人。", "The head must be somebody in the organisation.")
        }
        R::NotAnImage => (
            Kind::Invalid,
            "org.not_an_image",
            "这不是能用的图片。换一张 PNG、JPEG 或 WebP。",
            "That picture can’t be used. Choose a PNG, JPEG or WebP.",
        ),
        R::NotCsv => (
            Kind::Invalid,
            "org.not_csv",
            "这不是 CSV 表格：第一行要有「姓名」和「用户名」。",
            "That is not a CSV table: the first line needs “name” and “username”.",
        ),
        R::NotUtf8 => (Kind::Invalid, "org.not_utf8", "表格要存成 UTF-8 或 GBK 编码的 CSV。", "Save the table as CSV in UTF-8 or GBK."),
        R::DepartmentTooDeep { max } => {
            return Refusal::new(
                Kind::Invalid,
                "org.department_too_deep",
                format!("部门最多 {max} 层。"),
                format!("Departments go {max} levels deep at most."),
            )
            .about("parent_id");
        }
        R::TooMany { what_zh, what_en, max } => {
            return Refusal::new(
                Kind::Conflict,
                "org.too_many",
                format!("{what_zh}最多 {max} 个。"),
                format!("There can be at most {max} {what_en}."),
            );
        }
        R::SignInFailed
        | R::SignInTooOften { .. }
        | R::PasswordWrong
        | R::Field { .. }
        | R::TooShort { .. }
        | R::TooLong { .. }
        | R::Taken { .. }
        | R::AlreadySetUp
        | R::LinkInvalid
        | R::LinkExpired
        | R::PasswordLinkSpent
        | R::NoMail => unreachable!("answered by the caller"),
    };
    Refusal::new(kind, code, zh, en)
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        Refusal::from(refused).into()
    }
}
