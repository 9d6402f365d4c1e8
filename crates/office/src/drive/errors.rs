//! What is refused about files, and what is said then.

use std::borrow::Cow;

use kernel::{Error, Kind, Refusal};

/// Everything a caller can act on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// Not there, or not for this viewer.
    NotFound,
    /// Seen, but not to be changed by this viewer.
    NotAllowed,
    /// A header or a field breaks a rule.
    Field(&'static str),
    /// A file larger than that many bytes.
    TooLarge(u64),
    /// The member has no room left.
    MemberFull,
    /// The organisation has no room left.
    OrganisationFull,
    /// More of something than that.
    TooMany(u64),
    /// The upload goes on at that byte.
    Elsewhere(u64),
    /// Somebody else is sending bytes of the same upload.
    Busy,
    /// More bytes than were announced.
    Over,
    /// The bytes are not what their sum says.
    Spoilt,
    /// The upload was forgotten.
    Expired,
    /// A folder cannot be moved into itself.
    IntoItself,
    /// It is still being looked at.
    Scanning,
    /// Something harmful was found in it.
    Infected,
    /// The organisation has no links.
    NoLinks,
    /// The link asks for another password.
    WrongPassword,
    /// Too many tries; again after so many seconds.
    TooOften(u64),
    /// The link only shows.
    NoDownload,
    /// The member is still here; their files are their own.
    StillHere,
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        use Refused as R;
        let refusal = match refused {
            R::NotFound => return Error::not_found(),
            R::NotAllowed => {
                new(Kind::Forbidden, "drive.not_allowed", "你可以看，但不能在这里改。", "You can look at this, but not change it.")
            }
            R::Field(field) => {
                new(Kind::Invalid, "drive.invalid", "这一项填得不对，改一下再试。", "That can’t be used. Change it and try again.")
                    .about(field)
            }
            R::TooLarge(max) => {
                let max = max >> 20;
                new(
                    Kind::TooLarge,
                    "drive.too_large",
                    format!("文件太大了，最大 {max} MB。"),
                    format!("That file is too large: {max} MB at most."),
                )
            }
            R::MemberFull => new(
                Kind::Full,
                "drive.member_full",
                "你的空间用完了，先清理一下或找管理员扩容。",
                "You have no room left. Delete something, or ask your administrator for more.",
            ),
            R::OrganisationFull => new(
                Kind::Full,
                "drive.organisation_full",
                "公司的空间用完了，告诉管理员。",
                "Your organisation has no room left. Tell your administrator.",
            ),
            R::TooMany(max) => new(Kind::Conflict, "drive.too_many", format!("最多 {max} 个。"), format!("At most {max}.")),
            R::Elsewhere(at) => {
                new(Kind::Conflict, "drive.offset", format!("上传要从第 {at} 字节继续。"), format!("The upload goes on at byte {at}."))
            }
            R::Busy => {
                new(Kind::Conflict, "drive.upload_busy", "这个文件正在从别处上传。", "This upload is being sent from elsewhere right now.")
                    .retry_after_s(1)
            }
            R::Over => new(
                Kind::TooLarge,
                "drive.over",
                "内容比声明的长，没有保存这一段。",
                "There is more than was announced, so that part was not kept.",
            ),
            R::Spoilt => new(
                Kind::Conflict,
                "drive.spoilt",
                "内容和校验值不符，重新上传。",
                "The content does not match its checksum. Upload it again.",
            ),
            R::Expired => new(Kind::Gone, "drive.upload_expired", "上传已过期，重新上传。", "That upload has expired. Begin again."),
            R::IntoItself => new(Kind::Conflict, "drive.into_itself", "文件夹不能放进自己里面。", "A folder can’t be put into itself.")
                .about("folder_id"),
            R::Scanning => new(
                Kind::Conflict,
                "drive.scanning",
                "正在做安全检查，稍等一下再打开。",
                "This file is being checked. Try again in a moment.",
            )
            .retry_after_s(5),
            R::Infected => new(
                Kind::Gone,
                "drive.infected",
                "这个文件有害，已经被拦下。",
                "Something harmful was found in this file, so it is kept back.",
            ),
            R::NoLinks => {
                new(Kind::Forbidden, "drive.no_links", "公司不允许用链接分享文件。", "Your organisation does not share files by link.")
            }
            R::WrongPassword => {
                new(Kind::Forbidden, "drive.wrong_password", "提取码不对。", "That password is not right.").about("password")
            }
            R::TooOften(seconds) => {
                new(Kind::TooMany, "request.too_many", "试得太频繁了，过一会儿再试。", "Too many tries. Try again in a while.")
                    .retry_after_s(seconds)
            }
            R::NoDownload => new(
                Kind::Forbidden,
                "drive.no_download",
                "这个链接只能看，不能下载。",
                "This link shows the file, but does not let you download it.",
            ),
            R::StillHere => new(
                Kind::Conflict,
                "drive.still_here",
                "这个人还在职，他的文件归他自己。",
                "This person is still here, so their files are their own.",
            ),
        };
        refusal.into()
    }
}

fn new(kind: Kind, code: &'static str, zh: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Refusal {
    Refusal::new(kind, code, zh, en)
}
