//! What goes wrong: a refusal that its receiver can act on, or an internal error that only the log
//! may see.
//!
//! The status of an answer is chosen here and nowhere else. A refusal carries its text in both
//! languages; which one is spoken is decided at the edge, by [`speak`], because only the request
//! knows. Nothing of an internal error ever leaves the program.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use axum::extract::Request;
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

/// The result of everything that may fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The languages we speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Chinese.
    Zh,
    /// English.
    En,
}

impl Language {
    /// The first of our languages in an `Accept-Language` header; English when there is none.
    pub fn of(headers: &HeaderMap) -> Self {
        let wanted = headers.get(ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok());
        let first = wanted.unwrap_or_default().split(',').find_map(|range| {
            let range = range.trim_start().get(..2)?.to_ascii_lowercase();
            match range.as_str() {
                "zh" => Some(Language::Zh),
                "en" => Some(Language::En),
                _ => None,
            }
        });
        first.unwrap_or(Language::En)
    }

    /// The language of a tag such as `zh-CN`; Chinese when it is none of ours, as everywhere in the office.
    pub fn of_tag(tag: &str) -> Self {
        match tag.get(..2) {
            Some("en") => Language::En,
            _ => Language::Zh,
        }
    }

    /// Its tag, as pages and mails carry it.
    pub fn tag(self) -> &'static str {
        match self {
            Language::Zh => "zh-CN",
            Language::En => "en",
        }
    }
}

/// Why a request is refused; it decides the status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The request cannot be read at all: 400.
    Malformed,
    /// Nobody is signed in, or the token shown is worth nothing: 401.
    Unauthenticated,
    /// Known, seen, and not allowed: 403.
    Forbidden,
    /// Not there, or not for this viewer: 404.
    NotFound,
    /// There, but not for that method: 405.
    WrongMethod,
    /// It did not arrive in time: 408.
    TooSlow,
    /// It would clash with what is there: 409.
    Conflict,
    /// It was there and is no longer of use: 410.
    Gone,
    /// The body is larger than its limit: 413.
    TooLarge,
    /// The body is of a type that is not taken: 415.
    Unsupported,
    /// Readable, but a field breaks a rule: 422.
    Invalid,
    /// Too often: 429.
    TooMany,
    /// A part we need does not answer: 503.
    Unavailable,
    /// There is no space left to keep it: 507.
    Full,
}

impl Kind {
    fn status(self) -> StatusCode {
        match self {
            Kind::Malformed => StatusCode::BAD_REQUEST,
            Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
            Kind::Forbidden => StatusCode::FORBIDDEN,
            Kind::NotFound => StatusCode::NOT_FOUND,
            Kind::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Kind::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Kind::Conflict => StatusCode::CONFLICT,
            Kind::Gone => StatusCode::GONE,
            Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Kind::Unsupported => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Kind::Full => StatusCode::INSUFFICIENT_STORAGE,
        }
    }
}

/// An answer that says no, with a code that never changes and words in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    kind: Kind,
    code: Cow<'static, str>,
    zh: Cow<'static, str>,
    en: Cow<'static, str>,
    field: Option<Cow<'static, str>>,
    retry_after_s: Option<u64>,
}

impl Refusal {
    /// A refusal of that kind. Codes read `capability.reason`.
    pub fn new(kind: Kind, code: impl Into<Cow<'static, str>>, zh: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, code: code.into(), zh: zh.into(), en: en.into(), field: None, retry_after_s: None }
    }

    /// Names the field of the request that is to blame.
    #[must_use]
    pub fn about(mut self, field: impl Into<Cow<'static, str>>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Says when to come back.
    #[must_use]
    pub fn retry_after_s(mut self, seconds: u64) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// The stable code.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The field to blame, if one is.
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// The words, in one of our languages.
    pub fn words(&self, language: Language) -> &str {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }
}

/// Anything that went wrong.
#[derive(Debug)]
pub enum Error {
    /// The asker's doing; they are told why.
    Refused(Box<Refusal>),
    /// Ours; they are told nothing but that.
    Internal {
        /// What we were about to do.
        context: Cow<'static, str>,
        /// What stopped us.
        source: Box<dyn StdError + Send + Sync>,
    },
}

impl Error {
    /// An internal error with what we were about to do.
    pub fn internal(context: impl Into<Cow<'static, str>>, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Internal { context: context.into(), source: source.into() }
    }

    /// There is no such thing, or not for this viewer: both look the same.
    pub fn not_found() -> Self {
        Refusal::new(
            Kind::NotFound,
            "request.not_found",
            "这里没有这个内容，或者你还不能看。",
            "There’s nothing here, or you can’t see it yet.",
        )
        .into()
    }

    /// The disk or the database has no space left.
    pub fn storage_full() -> Self {
        Refusal::new(
            Kind::Full,
            "storage.full",
            "服务器的磁盘满了，没有保存。告诉管理员。",
            "The server’s disk is full, so nothing was saved. Tell your administrator.",
        )
        .into()
    }

    /// The refusal, when it is one.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Error::Refused(refusal) => Some(refusal),
            Error::Internal { .. } => None,
        }
    }

    /// Whether the database refused because another row already has the same unique value.
    pub fn is_duplicate(&self) -> bool {
        let Error::Internal { source, .. } = self else {
            return false;
        };
        let database = source.downcast_ref::<sqlx::Error>().and_then(sqlx::Error::as_database_error);
        database.is_some_and(|error| error.is_unique_violation())
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Error::Refused(Box::new(refusal))
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        const SQLITE_FULL: &str = "13";
        /// The index of the write-ahead log could not grow.
        const SQLITE_IOERR_SHMSIZE: &str = "4874";
        const POSTGRES_DISK_FULL: &str = "53100";
        let code = error.as_database_error().and_then(|e| e.code());
        match code.as_deref() {
            Some(SQLITE_FULL | SQLITE_IOERR_SHMSIZE | POSTGRES_DISK_FULL) => Error::storage_full(),
            _ => Error::internal("asking the database", error),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Refused(refusal) => write!(f, "{}: {}", refusal.code, refusal.en),
            Error::Internal { context, source } => write!(f, "{context}: {source}"),
        }
    }
}

impl StdError for Error {}

/// The body of every answer that says no.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ErrorBody {
    /// Stable, for programs: `capability.reason`.
    pub code: String,
    /// For people, in the language they asked for.
    pub message: String,
    /// The field of the request that is to blame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let refusal = match self {
            Error::Refused(refusal) => *refusal,
            Error::Internal { context, source } => {
                tracing::error!(%context, error = %source, "internal error");
                return refuse(internal_refusal(), StatusCode::INTERNAL_SERVER_ERROR);
            }
        };
        let status = refusal.kind.status();
        refuse(refusal, status)
    }
}

/// The answer of a handler that panicked; the panic itself is already in the log.
pub fn answer_to_a_panic() -> Response {
    refuse(internal_refusal(), StatusCode::INTERNAL_SERVER_ERROR)
}

fn internal_refusal() -> Refusal {
    Refusal::new(Kind::Unavailable, "internal", "我们这边出了错，已经记下来了。", "Something went wrong on our side. It has been recorded.")
}

fn refuse(refusal: Refusal, status: StatusCode) -> Response {
    let mut response = status.into_response();
    if let Some(seconds) = refusal.retry_after_s {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response.extensions_mut().insert(Unspoken(refusal));
    response
}

#[derive(Clone)]
struct Unspoken(Refusal);

/// The layer that gives every refusal its body, in the language of the request.
pub async fn speak(request: Request, next: Next) -> Response {
    let language = Language::of(request.headers());
    let mut response = next.run(request).await;
    let Some(Unspoken(refusal)) = response.extensions_mut().remove::<Unspoken>() else {
        return response;
    };
    let body = ErrorBody {
        message: refusal.words(language).to_owned(),
        code: refusal.code.into_owned(),
        field: refusal.field.map(Cow::into_owned),
    };
    let text = serde_json::to_string(&body).unwrap_or_default();
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response.headers_mut().remove("content-length");
    *response.body_mut() = text.into();
    response
}
