//! The department tree.

use axum::extract::State;
use axum::http::StatusCode;
use kernel::Result;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::super::errors::Refused;
use super::super::events::Changed;
use super::super::rules::{self, Permission};
use super::super::store::audit::record;
use super::super::store::departments::{self, Department};
use super::super::{DepartmentId, MemberId};
use crate::desk::Desk;
use crate::http::{Json, Path};
use crate::viewer::Viewer;

/// A department.
#[derive(Serialize, ToSchema)]
#[schema(as = Department)]
pub(super) struct DepartmentView {
    id: DepartmentId,
    parent_id: Option<DepartmentId>,
    name: String,
    position: i64,
    head_id: Option<MemberId>,
    /// Everybody in it and in the departments inside, each counted once.
    member_count: i64,
}

impl From<Department> for DepartmentView {
    fn from(department: Department) -> Self {
        Self {
            id: department.id,
            parent_id: department.parent_id,
            name: department.name,
            position: department.position,
            head_id: department.head_id,
            member_count: department.member_count,
        }
    }
}

/// The tree.
#[derive(Serialize, ToSchema)]
pub(super) struct DepartmentList {
    departments: Vec<DepartmentView>,
}

/// All departments; siblings stand in their order.
#[utoipa::path(get, path = "/api/org/departments", tag = "org", security(("session" = [])), responses((status = 200, body = DepartmentList)))]
pub(super) async fn list(State(desk): State<Desk>, viewer: Viewer) -> Result<Json<DepartmentList>> {
    let tree = departments::tree(&desk, &viewer).await?;
    let departments = tree.into_iter().map(DepartmentView::from).collect();
    Ok(Json(DepartmentList { departments }))
}

/// A new department.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewDepartment {
    name: String,
    parent_id: Option<DepartmentId>,
    position: Option<i64>,
    head_id: Option<MemberId>,
}

/// Creates a department.
#[utoipa::path(post, path = "/api/org/departments", tag = "org", security(("session" = [])), request_body = NewDepartment, responses((status = 201, body = DepartmentView)))]
pub(super) async fn create(
    State(desk): State<Desk>,
    viewer: Viewer,
    Json(body): Json<NewDepartment>,
) -> Result<(StatusCode, Json<DepartmentView>)> {
    viewer.must(Permission::Departments)?;
    let name = rules::department_name(&body.name)?;
    let mut tx = desk.db.begin().await?;
    if let Some(parent) = body.parent_id {
        let parents = departments::parents(&mut tx, &viewer).await?;
        parents.get(&parent).ok_or(Refused::DepartmentUnknown)?;
        rules::may_lie_in(&parents, None, parent)?;
    }
    let position = body.position.map(rules::position);
    let id = departments::create(&mut tx, &desk, viewer.organisation, body.parent_id, &name, position).await?;
    let mut department = departments::department(&mut tx, &viewer, id).await?;
    department.head_id = body.head_id;
    departments::save(&mut tx, &viewer, &department).await?;
    record(&mut tx, &desk, (&viewer).into(), "org.department_created", &name, json!({})).await?;
    desk.announce(&mut tx, &Changed { organisation: viewer.organisation }).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(department.into())))
}

/// A changed department. What is left out stays; `null` means none.
#[derive(Deserialize, ToSchema)]
pub(super) struct DepartmentChange {
    name: Option<String>,
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    parent_id: Option<Option<DepartmentId>>,
    position: Option<i64>,
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    head_id: Option<Option<MemberId>>,
}

/// Tells `null` from nothing said.
fn said<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// Changes a department, or moves it.
#[utoipa::path(patch, path = "/api/org/departments/{id}", tag = "org", security(("session" = [])), params(("id" = DepartmentId, Path)), request_body = DepartmentChange, responses((status = 200, body = DepartmentView)))]
pub(super) async fn change(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<DepartmentId>,
    Json(body): Json<DepartmentChange>,
) -> Result<Json<DepartmentView>> {
    viewer.must(Permission::Departments)?;
    let mut tx = desk.db.begin().await?;
    let mut department = departments::department(&mut tx, &viewer, id).await?;
    if let Some(name) = body.name {
        department.name = rules::department_name(&name)?;
    }
    if let Some(position) = body.position {
        department.position = rules::position(position);
    }
    if let Some(head) = body.head_id {
        department.head_id = head;
    }
    if let Some(parent) = body.parent_id {
        let parents = departments::parents(&mut tx, &viewer).await?;
        if let Some(parent) = parent {
            parents.get(&parent).ok_or(Refused::DepartmentUnknown)?;
            rules::may_lie_in(&parents, Some(id), parent)?;
        }
        department.parent_id = parent;
    }
    departments::save(&mut tx, &viewer, &department).await?;
    record(&mut tx, &desk, (&viewer).into(), "org.department_changed", &department.name, json!({})).await?;
    desk.announce(&mut tx, &Changed { organisation: viewer.organisation }).await?;
    tx.commit().await?;
    let tree = departments::tree(&desk, &viewer).await?;
    let counted = tree.into_iter().find(|other| other.id == id).unwrap_or(department);
    Ok(Json(counted.into()))
}

/// Removes a department that has none inside it. Its people stay.
#[utoipa::path(delete, path = "/api/org/departments/{id}", tag = "org", security(("session" = [])), params(("id" = DepartmentId, Path)), responses((status = 204)))]
pub(super) async fn remove(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<DepartmentId>) -> Result<StatusCode> {
    viewer.must(Permission::Departments)?;
    let mut tx = desk.db.begin().await?;
    let department = departments::department(&mut tx, &viewer, id).await?;
    departments::remove(&mut tx, &viewer, id).await?;
    record(&mut tx, &desk, (&viewer).into(), "org.department_removed", &department.name, json!({})).await?;
    desk.announce(&mut tx, &Changed { organisation: viewer.organisation }).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
