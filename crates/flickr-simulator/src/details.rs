//! The smallest methods: `test.echo` and `test.login`.

use crate::rest::Call;

/// Answers `flickr.test.echo` with all parameters.
pub(crate) fn echo(call: &Call<'_>) -> String {
    let mut json = call.object();
    for (name, value) in &call.parameters {
        json.content(name, value);
    }
    json.finish_ok()
}

/// Answers `flickr.test.login`.
pub(crate) fn login(call: &Call<'_>) -> String {
    let account = &call.world.account;
    let mut json = call.object();
    json.open("user");
    json.string("id", &account.nsid);
    json.content("username", &account.username);
    json.string_or_null("path_alias", account.path_alias.as_deref());
    json.close();
    json.finish_ok()
}
