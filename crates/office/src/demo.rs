//! A small bilingual organisation to look around in: 青砖科技, its departments and its people.
//!
//! It fills an empty office only, and every account has the same well-known password: it must never
//! be run where anything matters.

use std::collections::BTreeMap;

use kernel::Result;
use kernel::db::Tx;

use crate::Office;
use crate::chat::{DemoConversation, DemoKind, fill_demo};
use crate::desk::Desk;
use crate::org::{
    DepartmentId, MemberId, NewOffice, NewPerson, OrganisationId, Role, create_department, create_office, create_person, hash_password,
    is_set_up, seat, set_head, use_set_up_link_up,
};

/// The password of every account.
pub const PASSWORD: &str = "hutong-demo";

const OFFICE: &str = "青砖科技";
const DOMAIN: &str = "qingzhuan.cn";

/// One person: name, username, title, department, language.
struct Demo {
    name: &'static str,
    username: &'static str,
    title: &'static str,
    department: &'static str,
    language: &'static str,
}

const fn demo(name: &'static str, username: &'static str, title: &'static str, department: &'static str, language: &'static str) -> Demo {
    Demo { name, username, title, department, language }
}

/// Departments in the order of the tree, as paths.
const DEPARTMENTS: &[&str] = &[
    "产品与设计",
    "产品与设计/产品",
    "产品与设计/设计",
    "研发",
    "研发/媒体组",
    "研发/客户端组",
    "研发/质量组",
    "市场与销售",
    "市场与销售/市场",
    "市场与销售/销售",
    "人力与行政",
    "财务",
];

/// The first is the owner, the second an administrator.
const PEOPLE: &[Demo] = &[
    demo("陈晓岚", "xiaolan.chen", "产品负责人", "产品与设计/产品", "zh-CN"),
    demo("李娜", "na.li", "交互设计师", "产品与设计/设计", "zh-CN"),
    demo("王伟", "wei.wang", "研发负责人", "研发", "zh-CN"),
    demo("赵一鸣", "yiming.zhao", "前端工程师", "研发/客户端组", "zh-CN"),
    demo("Anna Schmidt", "anna.schmidt", "Open source lead", "产品与设计/产品", "en"),
    demo("David Chen", "david.chen", "Solutions architect", "市场与销售/销售", "en"),
    demo("Priya Nair", "priya.nair", "Data analyst", "产品与设计/产品", "en"),
    demo("刘洋", "yang.liu", "测试工程师", "研发/质量组", "zh-CN"),
    demo("吴佳怡", "jiayi.wu", "品牌设计师", "产品与设计/设计", "zh-CN"),
    demo("孙浩", "hao.sun", "产品实习生", "产品与设计/产品", "zh-CN"),
    demo("何静", "jing.he", "视觉设计师", "产品与设计/设计", "zh-CN"),
    demo("林子涵", "zihan.lin", "用户研究", "产品与设计/设计", "zh-CN"),
    demo("Marco Rossi", "marco.rossi", "Technical writer", "产品与设计/产品", "en"),
    demo("周明远", "mingyuan.zhou", "媒体工程师", "研发/媒体组", "zh-CN"),
    demo("Elena Petrova", "elena.petrova", "Media engineer", "研发/媒体组", "en"),
    demo("黄思敏", "simin.huang", "客户端工程师", "研发/客户端组", "zh-CN"),
    demo("James Wilson", "james.wilson", "iOS engineer", "研发/客户端组", "en"),
    demo("郑凯", "kai.zheng", "市场经理", "市场与销售/市场", "zh-CN"),
    demo("冯雪", "xue.feng", "人力主管", "人力与行政", "zh-CN"),
    demo("高磊", "lei.gao", "财务主管", "财务", "zh-CN"),
];

/// Who heads which department.
const HEADS: &[(&str, &str)] = &[
    ("产品与设计", "xiaolan.chen"),
    ("产品与设计/设计", "na.li"),
    ("研发", "wei.wang"),
    ("研发/媒体组", "mingyuan.zhou"),
    ("人力与行政", "xue.feng"),
    ("财务", "lei.gao"),
];

/// A line of a conversation: who said what how many minutes ago.
type Line = (&'static str, u64, &'static str);

/// What the people of the release have said to each other; the first owns the group.
const RELEASE: (&str, &[&str], &[Line]) = (
    "胡同 1.0 发布 · Release",
    &["xiaolan.chen", "na.li", "wei.wang", "yiming.zhao", "anna.schmidt", "david.chen", "yang.liu", "mingyuan.zhou"],
    &[
        ("xiaolan.chen", 2_950, "大家好，1.0 的发布都在这个群里跟进。目标是**下周四**。"),
        ("anna.schmidt", 2_944, "Great. I’ll take the release notes and the announcement on the website."),
        ("wei.wang", 2_930, "媒体服务器的压测做完了：300 人的会议，单核 38%。报告在 `docs/performance.md`。"),
        ("mingyuan.zhou", 2_921, "丢包 10% 的时候画面还会糊一下，我今天再看看。"),
        ("david.chen", 1_510, "Two customers asked whether it runs without internet access. It does, right?"),
        ("wei.wang", 1_506, "Yes. One binary, and it never calls out by default."),
        ("na.li", 1_440, "新的图标已经更新，深色和浅色各一套，大家看看有没有对比度不够的地方。"),
        ("yiming.zhao", 1_431, "手机上 390px 宽的页面都过了一遍，入会页的按钮有点挤，我来改。"),
        ("yang.liu", 190, "回归测试：1,204 个用例，全部通过 ✅"),
        ("mingyuan.zhou", 171, "丢包的问题修好了：先要关键帧，再升清晰度。"),
        ("anna.schmidt", 65, "The draft of the release notes is ready. Could somebody read the Chinese half?"),
        ("xiaolan.chen", 58, "我来读，今天下班前给你。"),
    ],
);

/// What two colleagues have said to each other.
const TWO: &[Line] = &[
    ("na.li", 300, "晓岚，会议卡片的三个方案我放到设计稿里了。"),
    ("xiaolan.chen", 292, "看到了，我倾向第二个：加入按钮最显眼。"),
    ("na.li", 288, "好，那我按第二个细化，明天上午给一鸣。"),
    ("xiaolan.chen", 285, "辛苦！"),
];

/// What everybody was told.
const TO_ALL: &[Line] = &[
    ("xue.feng", 4_320, "各位同事：新办公室从 12 月 1 日起启用，工位图见行政公告。"),
    ("xue.feng", 4_318, "Dear all: we move into the new office on 1 December. The seating plan is with administration."),
    ("xiaolan.chen", 4_300, "欢迎大家来六楼的茶室坐坐 🍵"),
];

/// Accounts worth showing on the sign-in page.
const SHOWN: usize = 6;

/// Who may be signed in as, with their names.
pub(crate) fn accounts() -> Vec<(&'static str, &'static str)> {
    let people = PEOPLE.iter().take(SHOWN);
    people.map(|person| (person.username, person.name)).collect()
}

/// Fills an empty office and says how to sign in; an office that is set up is left as it is.
pub async fn fill(office: &Office) -> Result<String> {
    let desk = &office.desk;
    if is_set_up(desk).await?.is_none() {
        let password_hash = hash_password(desk, PASSWORD).await?;
        let mut tx = desk.db.begin().await?;
        create_everything(&mut tx, desk, &password_hash).await?;
        tx.commit().await?;
    }
    let mut text = format!("{OFFICE} · every account's password is {PASSWORD}\n");
    for (username, name) in accounts() {
        text.push_str(&format!("  {username:<16} {name}\n"));
    }
    Ok(text)
}

async fn create_everything(tx: &mut Tx, desk: &Desk, password_hash: &str) -> Result<()> {
    let mut people = PEOPLE.iter().enumerate().map(|(number, person)| {
        let role = match number {
            0 => Role::Owner,
            1 => Role::Admin,
            _ => Role::Member,
        };
        (person, new_person(number, person, role, password_hash))
    });
    let Some((first, owner)) = people.next() else {
        return Ok(());
    };
    let office = NewOffice { name: OFFICE.to_owned(), owner };
    use_set_up_link_up(tx).await?;
    let (organisation, _, owner) = create_office(tx, desk, &office).await?;
    let mut members: BTreeMap<&str, MemberId> = BTreeMap::from([(first.username, owner)]);
    for (person, new) in people {
        let (_, member) = create_person(tx, desk, organisation, &new).await?;
        members.insert(person.username, member);
    }
    let mut departments: BTreeMap<&str, DepartmentId> = BTreeMap::new();
    for path in DEPARTMENTS {
        let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
        let above = departments.get(above).copied();
        let id = create_department(tx, desk, organisation, above, name).await?;
        departments.insert(path, id);
    }
    for person in PEOPLE {
        let (Some(member), Some(department)) = (members.get(person.username), departments.get(person.department)) else {
            continue;
        };
        let place = (*department, person.title.to_owned(), None);
        seat(tx, organisation, *member, &[place]).await?;
    }
    for (path, head) in HEADS {
        if let (Some(department), Some(head)) = (departments.get(path), members.get(head)) {
            set_head(tx, organisation, *department, *head).await?;
        }
    }
    talk(tx, desk, organisation, &members).await
}

/// Has people say what they have said.
async fn talk(tx: &mut Tx, desk: &Desk, organisation: OrganisationId, members: &BTreeMap<&str, MemberId>) -> Result<()> {
    let who = |names: &[&str]| names.iter().filter_map(|name| members.get(name).copied()).collect::<Vec<_>>();
    let said = |lines: &[Line]| lines.iter().filter_map(|(who, minutes, text)| Some((*members.get(who)?, *minutes, *text))).collect();
    let (title, names, lines) = RELEASE;
    let conversations = [
        DemoConversation { kind: DemoKind::Everyone, members: Vec::new(), lines: said(TO_ALL) },
        DemoConversation { kind: DemoKind::Group(title), members: who(names), lines: said(lines) },
        DemoConversation { kind: DemoKind::Direct, members: who(&["na.li", "xiaolan.chen"]), lines: said(TWO) },
    ];
    for conversation in &conversations {
        fill_demo(tx, desk, organisation, conversation).await?;
    }
    Ok(())
}

fn new_person(number: usize, person: &Demo, role: Role, password_hash: &str) -> NewPerson {
    NewPerson {
        name: person.name.to_owned(),
        username: person.username.to_owned(),
        email: Some(format!("{}@{DOMAIN}", person.username)),
        phone: Some(format!("1380000{:04}", 2001 + number * 37 % 8_000)),
        password_hash: password_hash.to_owned(),
        role,
        title: person.title.to_owned(),
        employee_no: format!("QZ-{:04}", 101 + number),
        language: person.language.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_sits_somewhere_and_every_head_exists() {
        for person in PEOPLE {
            assert!(DEPARTMENTS.contains(&person.department), "{}", person.name);
        }
        for (path, head) in HEADS {
            assert!(DEPARTMENTS.contains(path));
            assert!(PEOPLE.iter().any(|person| person.username == *head), "{head}");
        }
        for (who, _, text) in RELEASE.2.iter().chain(TWO).chain(TO_ALL) {
            assert!(PEOPLE.iter().any(|person| person.username == *who), "{who}: {text}");
        }
    }
}
