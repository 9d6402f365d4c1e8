//! The first start: a one-time link, the organisation, its owner. And new people in general,
//! because the owner is the first of them.

use kernel::chance::Token;
use kernel::db::Tx;
use kernel::{Result, sql};

use super::super::errors::Refused;
use super::super::rules::Role;
use super::super::terms::{sort_key, terms};
use super::super::{AccountId, MemberId, OrganisationId};
use crate::desk::Desk;

/// Whether there is an organisation.
pub(crate) async fn is_set_up(desk: &Desk) -> Result<Option<String>> {
    let found: Option<(String,)> = desk.db.read(sql!("SELECT name FROM org_organisations ORDER BY id LIMIT 1")).optional().await?;
    Ok(found.map(|(name,)| name))
}

/// Draws the one-time token anew, unless there is an organisation already.
pub(crate) async fn draw_token(tx: &mut Tx, desk: &Desk) -> Result<Option<Token>> {
    let token = desk.chance.token();
    tx.ask(sql!("DELETE FROM org_set_up")).run().await?;
    let drawn = tx
        .ask(sql!(
            "INSERT INTO org_set_up (token_hash, created_at)
             SELECT $1, $2 WHERE NOT EXISTS (SELECT 1 FROM org_organisations)"
        ))
        .bind(token.hash())
        .bind(desk.now())
        .run()
        .await?;
    Ok((drawn > 0).then_some(token))
}

/// Whether that token may still be used.
pub(crate) async fn is_token_good(desk: &Desk, token: &Token) -> Result<bool> {
    let found: Option<(i64,)> =
        desk.db.read(sql!("SELECT created_at FROM org_set_up WHERE token_hash = $1")).bind(token.hash()).optional().await?;
    Ok(found.is_some())
}

/// Uses the token up. Of two who try at once, one is refused.
pub(crate) async fn use_token(tx: &mut Tx, token: &Token) -> Result<()> {
    let used = tx.ask(sql!("DELETE FROM org_set_up WHERE token_hash = $1")).bind(token.hash()).run().await?;
    match used {
        0 => Err(Refused::LinkInvalid.into()),
        _ => Ok(()),
    }
}

/// Takes the one-time link back, whoever has it.
pub(crate) async fn use_link_up(tx: &mut Tx) -> Result<()> {
    tx.ask(sql!("DELETE FROM org_set_up")).run().await?;
    Ok(())
}

/// An organisation that does not exist yet.
#[derive(Debug)]
pub(crate) struct NewOffice {
    pub(crate) name: String,
    pub(crate) owner: NewPerson,
}

/// A person who does not exist yet; every field has been parsed.
#[derive(Clone, Debug)]
pub(crate) struct NewPerson {
    pub(crate) name: String,
    pub(crate) username: String,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) password_hash: String,
    pub(crate) role: Role,
    pub(crate) title: String,
    pub(crate) employee_no: String,
    pub(crate) language: String,
}

/// Creates the organisation with its owner.
pub(crate) async fn create_office(tx: &mut Tx, desk: &Desk, office: &NewOffice) -> Result<(OrganisationId, AccountId, MemberId)> {
    let now = desk.now();
    let organisation = OrganisationId::draw(&desk.chance, now);
    tx.ask(sql!("INSERT INTO org_organisations (id, name, created_at) VALUES ($1, $2, $3)"))
        .bind(organisation)
        .bind(office.name.clone())
        .bind(now)
        .run()
        .await?;
    let (account, member) = create_person(tx, desk, organisation, &office.owner).await?;
    Ok((organisation, account, member))
}

/// Creates an account and its member; refuses a name, address or number that is taken.
pub(crate) async fn create_person(
    tx: &mut Tx,
    desk: &Desk,
    organisation: OrganisationId,
    person: &NewPerson,
) -> Result<(AccountId, MemberId)> {
    refuse_taken(tx, None, &person.username, person.email.as_deref(), person.phone.as_deref()).await?;
    let now = desk.now();
    let account = AccountId::draw(&desk.chance, now);
    let member = MemberId::draw(&desk.chance, now);
    let created = tx
        .ask(sql!(
            "INSERT INTO org_accounts (id, username, email, phone, password_hash, language, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ))
        .bind(account)
        .bind(person.username.clone())
        .bind(person.email.clone())
        .bind(person.phone.clone())
        .bind(person.password_hash.clone())
        .bind(person.language.clone())
        .bind(now)
        .run()
        .await;
    match created {
        // Somebody else took the name between our look and our insert.
        Err(error) if error.is_duplicate() => return Err(Refused::Taken { field: "username" }.into()),
        created => created?,
    };
    let reach = [&person.username, person.email.as_deref().unwrap_or(""), person.phone.as_deref().unwrap_or("")];
    tx.ask(sql!(
        "INSERT INTO org_members (id, organisation_id, account_id, name, role, title, status_text,
             employee_no, terms, sort_key, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, '', $7, $8, $9, $10)"
    ))
    .bind(member)
    .bind(organisation)
    .bind(account)
    .bind(person.name.clone())
    .bind(person.role.word())
    .bind(person.title.clone())
    .bind(person.employee_no.clone())
    .bind(terms(&person.name, reach))
    .bind(sort_key(&person.name))
    .bind(now)
    .run()
    .await?;
    Ok((account, member))
}

/// Refuses what another account already has; `except` is the account that may keep its own.
pub(crate) async fn refuse_taken(
    tx: &mut Tx,
    except: Option<AccountId>,
    username: &str,
    email: Option<&str>,
    phone: Option<&str>,
) -> Result<()> {
    let holders: Vec<(AccountId, String, Option<String>)> = tx
        .ask(sql!(
            "SELECT id, username, email FROM org_accounts
             WHERE username = $1 OR email = $2 OR phone = $3 LIMIT 4"
        ))
        .bind(username.to_owned())
        .bind(email.map(str::to_owned))
        .bind(phone.map(str::to_owned))
        .all()
        .await?;
    let Some((_, holder, address)) = holders.iter().find(|(id, ..)| Some(*id) != except) else {
        return Ok(());
    };
    let field = match () {
        () if holder == username => "username",
        () if email.is_some() && address.as_deref() == email => "email",
        () => "phone",
    };
    Err(Refused::Taken { field }.into())
}
