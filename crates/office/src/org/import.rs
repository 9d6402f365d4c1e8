//! A table of people as somebody else's program wrote it: CSV with a first line of column names.
//!
//! Pure: it turns bytes into rows and mistakes, each with its line. Nobody is created here.

use std::borrow::Cow;

use csv::{ReaderBuilder, StringRecord, Trim};
use encoding_rs::GB18030;
use kernel::Refusal;

use super::errors::Refused;
use super::rules;

/// Lines read from one table.
const LINES_MAX: usize = 5_000;
/// Mistakes reported of one table; beyond that nobody reads on.
const MISTAKES_MAX: usize = 200;
/// Departments named in one line.
const PLACES_MAX: usize = 10;

/// A person to be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) line: u64,
    pub(crate) name: String,
    pub(crate) username: String,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) title: String,
    pub(crate) employee_no: String,
    pub(crate) password: Option<String>,
    /// Each a path of names from the root.
    pub(crate) departments: Vec<Vec<String>>,
}

/// Why a line cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    pub(crate) line: u64,
    pub(crate) column: String,
    pub(crate) why: Refusal,
}

/// What was read.
#[derive(Debug, Default)]
pub(crate) struct Table {
    pub(crate) rows: Vec<Row>,
    pub(crate) mistakes: Vec<Mistake>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Name,
    Username,
    Email,
    Phone,
    Title,
    EmployeeNo,
    Password,
    Departments,
}

impl Column {
    /// The columns go by their names in both languages; unknown ones are passed over.
    fn of_heading(heading: &str) -> Option<Column> {
        Some(match heading.trim().to_lowercase().as_str() {
            "name" | "姓名" => Column::Name,
            "username" | "用户名" | "账号" => Column::Username,
            "email" | "e-mail" | "邮箱" => Column::Email,
            "phone" | "mobile" | "手机" | "电话" => Column::Phone,
            "title" | "职位" | "职务" => Column::Title,
            "employee_no" | "employee no" | "工号" => Column::EmployeeNo,
            "password" | "密码" | "初始密码" => Column::Password,
            "department" | "departments" | "部门" => Column::Departments,
            _ => return None,
        })
    }
}

/// A table in UTF-8, with or without a byte order mark; or in GB18030, with all that is older and a part of it, which is
/// what spreadsheets write on Windows in China.
fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Refused> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(_) => GB18030.decode_without_bom_handling_and_without_replacement(bytes).ok_or(Refused::NotUtf8),
    }
}

/// Reads a table.
pub(crate) fn read(bytes: &[u8]) -> Result<Table, Refused> {
    // The reader counts the lines of Windows' programs one too few.
    let text = decode(bytes)?.replace("\r\n", "\n");
    let mut reader = ReaderBuilder::new().flexible(true).trim(Trim::All).from_reader(text.as_bytes());
    let headings = reader.headers().map_err(|_| Refused::NotCsv)?;
    let columns: Vec<Option<Column>> = headings.iter().map(Column::of_heading).collect();
    for needed in [Column::Name, Column::Username] {
        if !columns.contains(&Some(needed)) {
            return Err(Refused::NotCsv);
        }
    }
    let mut table = Table::default();
    for record in reader.into_records() {
        let record = record.map_err(|_| Refused::NotCsv)?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        if table.rows.len() + table.mistakes.len() >= LINES_MAX {
            let (what_zh, what_en) = ("一次导入的人", "people in one import");
            let max = LINES_MAX as u64;
            return Err(Refused::TooMany { what_zh, what_en, max });
        }
        match read_row(&columns, &record) {
            Ok(row) => table.rows.push(row),
            Err(mistakes) => table.mistakes.extend(mistakes),
        }
        if table.mistakes.len() >= MISTAKES_MAX {
            break;
        }
    }
    Ok(table)
}

fn read_row(columns: &[Option<Column>], record: &StringRecord) -> Result<Row, Vec<Mistake>> {
    let line = record.position().map_or(0, csv::Position::line);
    let cell = |wanted: Column| {
        let at = columns.iter().position(|column| *column == Some(wanted));
        at.and_then(|at| record.get(at)).unwrap_or_default()
    };
    let mut mistakes = Vec::new();
    let mut note = |refused: Refused| {
        let why = Refusal::from(refused);
        let column = why.field().unwrap_or("department").to_owned();
        mistakes.push(Mistake { line, column, why });
    };
    let name = rules::person_name(cell(Column::Name)).map_err(&mut note);
    let username = rules::username(cell(Column::Username)).map_err(&mut note);
    let email = rules::email(cell(Column::Email)).map_err(&mut note);
    let phone = rules::phone(cell(Column::Phone)).map_err(&mut note);
    let title = rules::title(cell(Column::Title)).map_err(&mut note);
    let employee_no = rules::employee_no(cell(Column::EmployeeNo)).map_err(&mut note);
    let password = match cell(Column::Password) {
        "" => Ok(None),
        text => rules::password("password", text).map(|p| Some(p.to_owned())).map_err(&mut note),
    };
    let departments = read_departments(cell(Column::Departments)).map_err(&mut note);
    let (Ok(name), Ok(username), Ok(email), Ok(phone)) = (name, username, email, phone) else {
        return Err(mistakes);
    };
    let (Ok(title), Ok(employee_no), Ok(password), Ok(departments)) = (title, employee_no, password, departments) else {
        return Err(mistakes);
    };
    Ok(Row { line, name, username, email, phone, title, employee_no, password, departments })
}

/// `研发/媒体组; 质量组`: several are divided by semicolons, levels by slashes.
fn read_departments(text: &str) -> Result<Vec<Vec<String>>, Refused> {
    let paths = text.split([';', '；']).map(str::trim).filter(|path| !path.is_empty());
    let mut departments = Vec::new();
    for path in paths {
        let names = path.split('/').map(rules::department_name);
        let names = names.collect::<Result<Vec<String>, Refused>>()?;
        if names.len() > rules::DEPTH_MAX {
            return Err(Refused::DepartmentTooDeep { max: rules::DEPTH_MAX });
        }
        if departments.len() >= PLACES_MAX {
            let (what_zh, what_en) = ("一个人的部门", "departments for one person");
            return Err(Refused::TooMany { what_zh, what_en, max: PLACES_MAX as u64 });
        }
        departments.push(names);
    }
    Ok(departments)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_in_either_language() {
        let text = "\u{feff}姓名,用户名,部门,手机\n王伟,wang.wei,研发/媒体组;质量组,138 0000 0001\n,,,\n";
        let table = read(text.as_bytes()).expect("a table");
        assert_eq!(table.mistakes, []);
        let [row] = &table.rows[..] else { panic!("one row: {table:?}") };
        assert_eq!((row.line, row.name.as_str()), (2, "王伟"));
        assert_eq!(row.departments, [vec!["研发", "媒体组"], vec!["质量组"]]);
        assert_eq!(row.phone.as_deref(), Some("13800000001"));
    }

    #[test]
    fn every_mistake_has_its_line_and_column() {
        for end in ["\n", "\r\n"] {
            let text = ["name,username,email", "Anna,anna,nowhere", ",9,a@b.cn", ""].join(end);
            let table = read(text.as_bytes()).expect("a table");
            let said: Vec<String> = table.mistakes.iter().map(|m| format!("{} {} {}", m.line, m.column, m.why.code())).collect();
            assert_eq!(said, ["2 email org.invalid", "3 name org.too_short", "3 username org.too_short"], "{end:?}");
        }
    }

    #[test]
    fn a_table_of_a_chinese_spreadsheet_is_read_and_its_mistakes_keep_their_lines() {
        let text = "姓名,用户名,部门\r\n王伟,wang.wei,\"研发\r\n\"\r\n𠮷野,,产品\r\n";
        let (gbk, _, lost) = GB18030.encode(text);
        assert!(!lost && std::str::from_utf8(&gbk).is_err());
        let table = read(&gbk).expect("a table");
        assert_eq!(table.rows.first().map(|row| (row.line, row.name.as_str())), Some((2, "王伟")));
        assert_eq!(table.mistakes.first().map(|mistake| mistake.line), Some(4), "one field went over two lines");
    }

    #[test]
    fn what_is_no_table_is_refused() {
        assert_eq!(read(b"\xff\xfe\x00").map(|_| ()), Err(Refused::NotUtf8));
        assert_eq!(read(b"").map(|_| ()), Err(Refused::NotCsv));
        assert_eq!(read(b"name,email\na,b\n").map(|_| ()), Err(Refused::NotCsv));
    }
}
