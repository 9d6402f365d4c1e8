//! Importing people from a table: all of it or none, with a report of every line that is wrong.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use axum::http::HeaderMap;
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use kernel::db::Tx;
use kernel::error::Language;
use kernel::{Error, Refusal, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::super::events::Changed;
use super::super::import::{self, Mistake, Row};
use super::super::passwords;
use super::super::rules::{Permission, Role};
use super::super::store::audit::record;
use super::super::store::departments;
use super::super::store::set_up::{NewPerson, create_person};
use super::super::{DepartmentId, IMPORT_BYTES_MAX};
use super::members::refuse_full;
use crate::desk::Desk;
use crate::http::{Json, Query, Raw, unsupported};
use crate::viewer::Viewer;

/// Passwords of one table hashed at once; signing in must still find a turn.
const HASHED_AT_ONCE: usize = 2;

/// Whether to do it or only to try.
#[derive(Deserialize, IntoParams)]
pub(super) struct ImportQuery {
    /// Report what would happen and change nothing.
    dry_run: Option<bool>,
}

/// What came of it.
#[derive(Serialize, ToSchema)]
pub(super) struct ImportReport {
    /// How many people were created, or would be. None are as long as there is a mistake.
    created: usize,
    /// How many lines were not taken.
    skipped: usize,
    errors: Vec<ImportMistake>,
    /// First passwords that were drawn, shown this once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    passwords: Vec<FirstPassword>,
}

/// Why a line cannot be taken.
#[derive(Serialize, ToSchema)]
pub(super) struct ImportMistake {
    /// The line of the file; the first is the one with the headings.
    line: u64,
    column: String,
    code: String,
    message: String,
}

/// A first password, to be handed to its owner.
#[derive(Serialize, ToSchema)]
pub(super) struct FirstPassword {
    username: String,
    password: String,
}

/// Imports people from a CSV table in UTF-8 or GB18030. Departments given as `研发/媒体组` are created when they
/// are missing.
#[utoipa::path(post, path = "/api/org/members/import", tag = "org", security(("session" = [])), params(ImportQuery), request_body(content = String, content_type = "text/csv"), responses((status = 200, body = ImportReport)))]
pub(super) async fn import(
    State(desk): State<Desk>,
    viewer: Viewer,
    Query(query): Query<ImportQuery>,
    headers: HeaderMap,
    body: Raw,
) -> Result<Json<ImportReport>> {
    viewer.must(Permission::Members)?;
    if !body.content_type.starts_with("text/csv") {
        return Err(unsupported("text/csv"));
    }
    let dry_run = query.dry_run.unwrap_or(false);
    let table = import::read(&body.bytes(desk.limits.count(&IMPORT_BYTES_MAX)).await?)?;
    let mut mistakes = table.mistakes;
    let mut work = Import::prepare(&desk, &table.rows, dry_run || !mistakes.is_empty()).await?;
    let mut tx = desk.db.begin().await?;
    work.departments = departments::by_name(&mut tx, &viewer).await?;
    let mut created = 0;
    for row in &table.rows {
        match work.take(&mut tx, &desk, &viewer, row).await {
            Ok(()) => created += 1,
            Err(Error::Refused(why)) => mistakes.push(mistake(row, *why)),
            Err(error) => return Err(error),
        }
    }
    if !dry_run && mistakes.is_empty() {
        let details = json!({ "people": created });
        record(&mut tx, &desk, (&viewer).into(), "org.members_imported", "CSV", details).await?;
        desk.announce(&mut tx, &Changed { organisation: viewer.organisation }).await?;
        tx.commit().await?;
    } else {
        work.passwords.clear();
    }
    let failed: BTreeSet<u64> = mistakes.iter().map(|m| m.line).collect();
    let nothing_done = !dry_run && !mistakes.is_empty();
    Ok(Json(ImportReport {
        created: if nothing_done { 0 } else { created },
        skipped: failed.len() + if nothing_done { created } else { 0 },
        errors: report(mistakes, Language::of(&headers)),
        passwords: work.passwords,
    }))
}

fn mistake(row: &Row, why: Refusal) -> Mistake {
    let column = why.field().unwrap_or("department").to_owned();
    Mistake { line: row.line, column, why }
}

fn report(mut mistakes: Vec<Mistake>, language: Language) -> Vec<ImportMistake> {
    mistakes.sort_by_key(|mistake| mistake.line);
    let reported = mistakes.into_iter().map(|mistake| ImportMistake {
        line: mistake.line,
        column: mistake.column,
        code: mistake.why.code().to_owned(),
        message: mistake.why.words(language).to_owned(),
    });
    reported.collect()
}

/// An import under way.
struct Import {
    /// Hashed before the transaction begins: it takes long, and there is only one writer.
    hashes: BTreeMap<u64, String>,
    passwords: Vec<FirstPassword>,
    departments: BTreeMap<(Option<DepartmentId>, String), DepartmentId>,
}

impl Import {
    /// Draws and hashes the passwords, unless nothing will be kept.
    async fn prepare(desk: &Desk, rows: &[Row], idle: bool) -> Result<Self> {
        let mut work = Import { hashes: BTreeMap::new(), passwords: Vec::new(), departments: BTreeMap::new() };
        if idle {
            return Ok(work);
        }
        let passwords: Vec<String> = rows.iter().map(|row| row.password.clone().unwrap_or_else(|| passwords::draw(&desk.chance))).collect();
        let hashes = passwords.clone().into_iter().map(|password| {
            let passwords = desk.org.passwords.clone();
            async move { passwords.hash(&password).await }
        });
        let hashes: Vec<String> = stream::iter(hashes).buffered(HASHED_AT_ONCE).try_collect().await?;
        work.hashes = rows.iter().map(|row| row.line).zip(hashes).collect();
        let drawn = rows.iter().zip(passwords).filter(|(row, _)| row.password.is_none());
        work.passwords = drawn.map(|(row, password)| FirstPassword { username: row.username.clone(), password }).collect();
        Ok(work)
    }

    async fn take(&mut self, tx: &mut Tx, desk: &Desk, viewer: &Viewer, row: &Row) -> Result<()> {
        refuse_full(tx, desk, viewer).await?;
        let person = NewPerson {
            name: row.name.clone(),
            username: row.username.clone(),
            email: row.email.clone(),
            phone: row.phone.clone(),
            password_hash: self.hashes.remove(&row.line).unwrap_or_default(),
            role: Role::Member,
            title: row.title.clone(),
            employee_no: row.employee_no.clone(),
            language: "zh-CN".to_owned(),
        };
        let (_, member) = create_person(tx, desk, viewer.organisation, &person).await?;
        let mut places = Vec::new();
        for path in &row.departments {
            if let Some(department) = self.department(tx, desk, viewer, path).await? {
                places.push((department, row.title.clone(), None));
            }
        }
        departments::seat(tx, viewer.organisation, member, &places).await
    }

    /// The department at the end of a path, created with everything above it when it is missing.
    async fn department(&mut self, tx: &mut Tx, desk: &Desk, viewer: &Viewer, path: &[String]) -> Result<Option<DepartmentId>> {
        let mut here = None;
        for name in path {
            let key = (here, name.clone());
            let id = match self.departments.get(&key) {
                Some(id) => *id,
                None => departments::create(tx, desk, viewer.organisation, here, name, None).await?,
            };
            self.departments.insert(key, id);
            here = Some(id);
        }
        Ok(here)
    }
}
