//! Cases as they lie on disk.

use serde_json::Value as Json;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// One case.
#[derive(Clone, Debug)]
pub struct Case {
    pub directory: PathBuf,
    pub id: String,
    pub category: String,
    pub function: String,
    pub arguments: Vec<Json>,
    pub options: serde_json::Map<String, Json>,
    pub expected: Expected,
    pub alternatives: Vec<Expected>,
    pub rtol: f64,
    pub atol: f64,
    pub max_ulp: Option<u64>,
    pub signed_zero: bool,
    pub compare: Option<String>,
}

/// What a call must give.
#[derive(Clone, Debug)]
pub enum Expected {
    Outputs(Vec<Json>),
    Error(String),
}

fn expected(list: &Json) -> Expected {
    let list = list.as_array().cloned().unwrap_or_default();
    match list.first().and_then(|first| first.get("error")).and_then(Json::as_str) {
        Some(class) => Expected::Error(class.to_string()),
        None => Expected::Outputs(list),
    }
}

/// The cases of a directory.
pub fn read(directory: &Path) -> io::Result<Vec<Case>> {
    let text = fs::read_to_string(directory.join("cases.jsonl"))?;
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            let json: Json = serde_json::from_str(line)?;
            let string = |key: &str| json[key].as_str().unwrap_or_default().to_string();
            Ok(Case {
                directory: directory.to_path_buf(),
                id: string("id"),
                category: string("cat"),
                function: string("fn"),
                arguments: json["args"].as_array().cloned().unwrap_or_default(),
                options: json["kwargs"].as_object().cloned().unwrap_or_default(),
                expected: expected(&json["expect"]),
                alternatives: json["alts"]
                    .as_array()
                    .map(|list| list.iter().map(|alternative| expected(&alternative["expect"])).collect())
                    .unwrap_or_default(),
                rtol: json["rtol"].as_f64().unwrap_or(0.0),
                atol: json["atol"].as_f64().unwrap_or(0.0),
                max_ulp: json["max_ulp"].as_u64(),
                signed_zero: json["signed_zero"].as_bool().unwrap_or(false),
                compare: json["compare"].as_str().map(str::to_string),
            })
        })
        .collect()
}
