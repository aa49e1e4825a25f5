//! `auth`: signs in once, by code or by callback; tells who is signed in; forgets.

use std::time::Duration;

use anyhow::{Context, Result};
use flickr_client::{Callback, FlickrClient, PendingLogin, Person, Trouble, now};
use oauth_signing::{AccessToken, ApiKeys, NotACode, SignedIn, Verifier};
use token_store::Account;

use crate::args::Auth;
use crate::call_count::Counter;
use crate::code::Lines;
use crate::failure::{Exit, Failure};
use crate::listener::{Answer, Listener};
use crate::settings::{Limits, Settings};
use crate::{doors, keys, words};

/// How long the person may take on Flickr's page.
const PATIENCE: Duration = Duration::from_secs(600);

pub(crate) async fn sign_in(settings: &Settings, typed: &Auth) -> Result<Exit> {
    let keys = keys::for_auth(settings)?;
    if let Some(file) = &typed.import {
        let token = token_store::read_script_token(&settings.at(file))?;
        return taken_over(settings, &keys, token).await;
    }
    let client = doors::bare_client(settings, &keys, None, &Limits::of_sign_in())?;
    let signed_in = approve(settings, typed, &client).await?;
    let token = signed_in.token.clone();
    let client = doors::bare_client(settings, &keys, Some(token.token()), &Limits::of_sign_in())?;
    let person = match client.who_am_i().await {
        Ok(person) => Some(person),
        // The token is granted and would be lost: it is kept, and the next run finds out.
        // An id that Flickr's reply to the sign-in told is as good, if it is one.
        Err(error)
            if error.trouble() == Trouble::Temporary
                && signed_in.nsid.parse::<flickr_model::UserId>().is_ok() =>
        {
            None
        }
        Err(error) => return Err(error).context("the new sign-in does not work"),
    };
    Counter::of(settings.state_dir.clone(), keys.clone(), client).save();
    let (nsid, username) = match &person {
        Some(person) => (person.nsid.to_string(), person.username.clone()),
        None => (signed_in.nsid.clone(), signed_in.username.clone()),
    };
    save(settings, &keys, &token, nsid, username, signed_in.fullname)
}

/// Takes over a token of the original script.
async fn taken_over(settings: &Settings, keys: &ApiKeys, token: AccessToken) -> Result<Exit> {
    let client = doors::bare_client(settings, keys, Some(token.token()), &Limits::of_sign_in())?;
    let Person { nsid, username, .. } = client.who_am_i().await.map_err(|error| {
        let unknown = error.trouble() == Trouble::SignInAgain;
        let what = if unknown {
            "Flickr does not know the imported token"
        } else {
            "the imported token could not be tried"
        };
        anyhow::Error::from(error).context(what)
    })?;
    Counter::of(settings.state_dir.clone(), keys.clone(), client).save();
    save(settings, keys, &token, nsid.to_string(), username, String::new())
}

fn save(
    settings: &Settings,
    keys: &ApiKeys,
    token: &AccessToken,
    nsid: String,
    username: String,
    fullname: String,
) -> Result<Exit> {
    let mut file = doors::token_file(settings)?;
    let line = format!("Signed in as {} ({}).", words::clean(&username), words::clean(&nsid));
    file.save(&Account {
        nsid,
        username,
        fullname,
        token: token.clone(),
        keys: keys.clone(),
        permission: "read".to_owned(),
        signed_in: now().to_string(),
    })?;
    words::result(&line);
    words::say(&format!("Next: {}", doors::first_sync(settings)));
    Ok(Exit::Complete)
}

/// Request token, approval page, verifier, access token.
async fn approve(settings: &Settings, typed: &Auth, client: &FlickrClient) -> Result<SignedIn> {
    let listener = match typed.listen {
        Some(port) => Some(bind(port).await?),
        None => None,
    };
    let callback = listener
        .as_ref()
        .map_or(Callback::OutOfBand, |listener| Callback::Address(listener.callback_address()));
    let pending = PendingLogin::start(client, &callback).await?;
    let page = pending.approval_page();
    words::say("Open this page, sign in to Flickr there, and say yes to reading your account:");
    words::say(page.as_str());
    if !typed.no_browser && settings.has_screen && webbrowser::open(page.as_str()).is_err() {
        words::say("(No browser could be started; open it yourself.)");
    }
    let awaited = match listener {
        None => {
            words::ask("Then type the code that Flickr shows (nine digits):");
            by_code(&pending).await
        }
        Some(listener) => {
            words::say(
                "Waiting for Flickr's answer at this machine. If the browser warns of an unknown certificate, go on;",
            );
            words::say("or paste the address of the page it ends on here.");
            by_callback(listener, &pending).await
        }
    };
    let verifier = awaited?;
    Ok(pending.finish(verifier).await?)
}

async fn bind(port: u16) -> Result<Listener> {
    Listener::bind(Some(port)).await.map_err(|error| {
        Failure::new(Exit::Usage, format!("this machine cannot listen at port {port}: {error}"))
            .next("flickr-backup auth --listen")
            .into()
    })
}

async fn by_code(pending: &PendingLogin<'_>) -> Result<Verifier> {
    let mut lines = Lines::read();
    match tokio::time::timeout(PATIENCE, lines.verifier(pending.token())).await {
        Ok(Some(answer)) => answer.map_err(|refused| denied(&refused)),
        Ok(None) => Err(Failure::new(Exit::SignIn, "the input ended before the code came")
            .next("flickr-backup auth")
            .into()),
        Err(_) => Err(too_late()),
    }
}

async fn by_callback(listener: Listener, pending: &PendingLogin<'_>) -> Result<Verifier> {
    let token = pending.token();
    let mut lines = Lines::read();
    let typed = async {
        match lines.verifier(token).await {
            Some(answer) => answer.map_err(|refused| denied(&refused)),
            // The end of standard input is not the end of the listener.
            None => std::future::pending().await,
        }
    };
    let called = async {
        match listener.wait(token).await {
            Answer::Verifier(verifier) => Ok(verifier),
            Answer::Denied => Err(denied(&NotACode::Refused)),
        }
    };
    tokio::time::timeout(PATIENCE, async {
        tokio::select! { verifier = typed => verifier, verifier = called => verifier }
    })
    .await
    .unwrap_or_else(|_| Err(too_late()))
}

fn denied(reason: &NotACode) -> anyhow::Error {
    Failure::new(Exit::SignIn, reason.to_string()).next("flickr-backup auth").into()
}

fn too_late() -> anyhow::Error {
    Failure::new(Exit::SignIn, "nobody answered within ten minutes").next("flickr-backup auth").into()
}

pub(crate) async fn status(settings: &Settings) -> Result<Exit> {
    let file = doors::token_file(settings)?;
    if file.accounts().is_empty() {
        return Err(doors::nobody_signed_in());
    }
    let mut exit = Exit::Complete;
    for entry in file.accounts() {
        let client =
            doors::bare_client(settings, &entry.keys, Some(entry.token.token()), &Limits::of_sign_in())?;
        let answer = client.who_am_i().await;
        Counter::of(settings.state_dir.clone(), entry.keys.clone(), client).save();
        let name = format!("{} ({})", words::clean(&entry.username), words::clean(&entry.nsid));
        match answer {
            Ok(_) => words::result(&format!(
                "Signed in as {name}, permission {}, key {}.",
                entry.permission,
                entry.keys.fingerprint()
            )),
            Err(error) => {
                let told = crate::failure::tell(&error.into());
                words::result(&format!("{name}: {}", words::clean_lines(&told.what)));
                exit = told.exit;
            }
        }
    }
    Ok(exit)
}

pub(crate) fn forget(settings: &Settings, account: Option<&str>) -> Result<Exit> {
    let mut file = doors::token_file(settings)?;
    let chosen = match account {
        Some(name) => file.accounts().iter().find(|entry| entry.nsid == name || entry.username == name),
        None if file.accounts().len() > 1 => {
            return Err(Failure::new(Exit::Usage, "several accounts are signed in; name the one to forget")
                .next("flickr-backup auth status")
                .into());
        }
        None => file.accounts().first(),
    };
    if file.accounts().is_empty() {
        return Err(doors::nobody_signed_in());
    }
    let Some((nsid, name)) = chosen.map(|entry| (entry.nsid.clone(), entry.username.clone())) else {
        return Err(Failure::new(Exit::SignIn, "no such account is signed in")
            .next("flickr-backup auth status")
            .into());
    };
    file.forget(&nsid)?;
    words::result(&format!(
        "Forgot the sign-in of {} ({}). Flickr keeps the permission until you take it back:",
        words::clean(&name),
        words::clean(&nsid)
    ));
    words::result("https://www.flickr.com/services/auth/list.gne");
    Ok(Exit::Complete)
}
