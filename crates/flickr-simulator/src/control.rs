//! The control desk: plain HTTP addresses under `/_simulator/` for programs that run the simulator as a process.
//!
//! | address | answer |
//! |---|---|
//! | `GET counts` | the counts as JSON |
//! | `POST reset` | forgets the counts |
//! | `POST approve?oauth_token=T` | the code, or the callback address, as plain text (`page=` takes a whole address) |
//! | `POST deny?oauth_token=T` | refuses the token |
//! | `POST revoke` | withdraws all access tokens |
//! | `POST fault?on=…&kind=…&…` | adds a fault, see `fault_form.rs`; `POST clear` takes all away |
//! | `POST edit?kind=retitle&id=N&title=…` | an edit, see `edit_form.rs`; gives the id of what was changed or made |
//! | `GET oracle` | what a perfect archive must contain, see `oracle.rs` |
//! | `GET ids` | all ids, oldest upload first, one on a line |
//! | `GET addresses?from=N&count=N` | addresses of originals, newest upload first, one on a line; of a video its stream's |
//! | `GET original?id=N` | the bytes that a perfect backup holds; 404 where there is no original |
//! | `GET expected?id=N` | facts of a photo as JSON |

use crate::addresses::original_address;
use crate::edit_form;
use crate::expected;
use crate::fault_form;
use crate::oauth::{self, Approval};
use crate::oracle;
use crate::order::{By, Sight};
use crate::percent::{form, value};
use crate::photo::id;
use crate::request::Request;
use crate::response::Response;
use crate::streams::signed_address;
use crate::world::World;

/// Answers a control address.
pub(crate) fn answer(world: &World, request: &Request) -> Response {
    let mut fields = request.query_pairs();
    fields.extend(request.form_pairs());
    let id = value(&fields, "id").and_then(|id| id.parse::<u64>().ok());
    match request.path.trim_start_matches("/_simulator/") {
        "counts" => Response::json(world.counts().to_json()),
        "reset" => done(|| world.reset_counts()),
        "approve" => approve(world, &fields),
        "deny" => done(|| drop(oauth::deny(world, token(&fields)))),
        "revoke" => done(|| world.tokens().revoke_all()),
        "fault" => match fault_form::read(&fields) {
            Ok(fault) => done(|| world.faults.add(fault)),
            Err(why) => Response::new(400, "text/plain", why),
        },
        "clear" => done(|| world.faults.clear()),
        "edit" => match edit_form::read(&fields).and_then(|edit| world.edit(edit)) {
            Some(id) => Response::new(200, "text/plain", id.to_string()),
            None => Response::not_found(),
        },
        "oracle" => Response::json(oracle::write(world).to_string()),
        "ids" => Response::new(200, "text/plain", ids(world)),
        "addresses" => Response::new(200, "text/plain", addresses(world, &fields)),
        "original" => match id.and_then(|id| expected::original(world, id)) {
            Some(bytes) => Response::new(200, "application/octet-stream", bytes),
            None => Response::not_found(),
        },
        "expected" => match id.and_then(|id| expected::facts(world, id)) {
            Some(facts) => Response::json(facts.to_json()),
            None => Response::not_found(),
        },
        _ => Response::not_found(),
    }
}

fn done(deed: impl FnOnce()) -> Response {
    deed();
    Response::new(200, "text/plain", "done\n")
}

fn token(fields: &[(String, String)]) -> &str {
    value(fields, "oauth_token").unwrap_or_default()
}

fn approve(world: &World, fields: &[(String, String)]) -> Response {
    let from_page = value(fields, "page").map(token_of);
    match oauth::approve(world, from_page.as_deref().unwrap_or(token(fields))) {
        Approval::Code(text) | Approval::Callback(text) => Response::new(200, "text/plain", text),
        Approval::Unknown => Response::not_found(),
    }
}

/// Finds the request token in the address of an approval page; a bare token is taken as it is.
pub(crate) fn token_of(page: &str) -> String {
    match page.trim().split_once('?') {
        Some((_, query)) => value(&form(query), "oauth_token").unwrap_or_default().to_owned(),
        None => page.trim().to_owned(),
    }
}

/// At most a page of a hundred thousand, so that the text stays bounded.
fn addresses(world: &World, fields: &[(String, String)]) -> String {
    let number = |name: &str| value(fields, name).and_then(|text| text.parse::<u64>().ok());
    let order = world.order(Sight { by: By::Upload, sees_private: true, highest_safety_level: 2 });
    let from = number("from").unwrap_or(0).min(order.len());
    let until = (from + number("count").unwrap_or(500).min(100_000)).min(order.len());
    let line = |place: u64| {
        let photo = world.photo(id(world.account.seed, order.at(order.len() - 1 - place)))?;
        Some(match photo.is_video() {
            true => signed_address(world, &photo, "orig"),
            false => original_address(world, &photo),
        })
    };
    (from..until).filter_map(line).map(|address| address + "\n").collect()
}

fn ids(world: &World) -> String {
    expected::ids(world).iter().map(|id| format!("{id}\n")).collect()
}
