//! The strangers' walk: every operation of the API, called by people who have no business there.
//!
//! It reads the description of the API, so an operation cannot be forgotten. What it finds is a
//! picture, one line for each door that opened or answered oddly; a reviewed list says which may.

use axum::http::Method;
use serde_json::{Map, Value, json};

use crate::people::Person;

/// An id that nothing has.
const NOBODYS_ID: &str = "00000000-0000-7000-8000-000000000000";

/// One operation.
#[derive(Clone, Debug)]
pub struct Door {
    /// How it is called.
    pub method: Method,
    /// The path, as the description writes it.
    pub path: String,
    /// The smallest body that can be read; `None` when it takes none.
    pub body: Option<Value>,
}

/// All doors.
#[derive(Debug)]
pub struct Walk {
    doors: Vec<Door>,
}

impl Walk {
    /// Every operation of the description.
    pub fn of(document: &Value) -> Walk {
        let mut doors = Vec::new();
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                if operation["responses"].is_null() {
                    continue;
                }
                let method = method.to_uppercase().parse::<Method>().expect("a method");
                let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
                let body = (!schema.is_null()).then(|| sample(document, schema));
                doors.push(Door { method, path: path.clone(), body });
            }
        }
        Walk { doors }
    }

    /// Every door.
    pub fn doors(&self) -> &[Door] {
        &self.doors
    }

    /// Has somebody knock at every door; `fill` writes what stands in a path's braces. Gives a line
    /// for each answer that `is_fine` does not accept.
    pub async fn knock(&self, who: &Person, fill: impl Fn(&str) -> String, is_fine: impl Fn(u16) -> bool) -> Vec<String> {
        let mut odd = Vec::new();
        for Door { method, path, body } in &self.doors {
            let filled = fill(path);
            assert!(!filled.contains(['{', '}']), "nothing stands in the braces of {path}");
            let answer = who.ask(method.clone(), &filled, body.as_ref()).await;
            assert!(!answer.status.is_server_error(), "{method} {path}: {}", answer.status);
            if !is_fine(answer.status.as_u16()) {
                odd.push(format!("{method} {path} {}", answer.status.as_u16()));
            }
        }
        odd
    }
}

/// Something of that shape, with what is required and no more.
fn sample(document: &Value, schema: &Value) -> Value {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        if name.ends_with("Id") {
            return json!(NOBODYS_ID);
        }
        return sample(document, &document["components"]["schemas"][name]);
    }
    if let Some(first) = schema["oneOf"].get(0) {
        return sample(document, first);
    }
    if let Some(first) = schema["enum"].get(0) {
        return first.clone();
    }
    let kind = schema["type"].as_str().or(schema["type"][0].as_str()).unwrap_or("object");
    match kind {
        "string" => json!("sample text"),
        "integer" | "number" => json!(1),
        "boolean" => json!(false),
        "array" => json!([]),
        _ => {
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let fields: Map<String, Value> =
                required.map(|name| (name.to_owned(), sample(document, &schema["properties"][name]))).collect();
            Value::Object(fields)
        }
    }
}
