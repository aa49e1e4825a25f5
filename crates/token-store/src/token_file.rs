//! The token file, `<config>/token.toml`: who is signed in, with which token and with which API keys.
//!
//! It has a table for each account under `accounts`, named by the account's id. Keys that this version does
//! not know survive every change; comments do not. A file that cannot be understood is never overwritten.

use std::path::{Path, PathBuf};

use oauth_signing::{AccessToken, ApiKeys, ExposeSecret, Token};
use toml::{Table, Value};

use crate::error::StoreError;
use crate::private_file::{self, Repaired};

const NAME: &str = "token.toml";
const FORMAT: i64 = 1;
const HEAD: &str = "# Access to Flickr accounts, kept by flickr-backup. Whoever reads this file can read the accounts:\n\
                    # do not copy it, and do not put it into a backup that others can open.\n\n";

/// One account that is signed in.
#[derive(Debug, Clone)]
pub struct Account {
    /// The account's id, such as `12345678@N00`.
    pub nsid: String,
    /// The name the account goes by.
    pub username: String,
    /// The person's real name; may be empty.
    pub fullname: String,
    /// The API keys that the token was made with; it works with no others.
    pub keys: ApiKeys,
    /// The token that signs calls for this account.
    pub token: AccessToken,
    /// What the token permits, in Flickr's words: `read`, `write` or `delete`.
    pub permission: String,
    /// When the person signed in, in the form of RFC 3339.
    pub signed_in: String,
}

/// The token file of one configuration folder.
#[derive(Debug)]
pub struct TokenFile {
    path: PathBuf,
    accounts: Vec<Account>,
    repaired: Vec<Repaired>,
}

impl TokenFile {
    /// Reads the token file of a configuration folder. Neither of them has to exist.
    ///
    /// A file that others may read is made private, see [`TokenFile::repaired`]. A symbolic link, a file of
    /// another user and a folder that everybody may write into are refused.
    pub fn open(config_dir: &Path) -> Result<TokenFile, StoreError> {
        let path = config_dir.join(NAME);
        let (document, repaired) = read_document(&path)?;
        let accounts = accounts_in(&document, &path)?;
        Ok(TokenFile { path, accounts, repaired: Vec::from_iter(repaired) })
    }

    /// Returns the path of the file, whether it exists or not.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns all accounts, in the order of their ids.
    pub fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    /// Returns the account with this id.
    pub fn account(&self, nsid: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.nsid == nsid)
    }

    /// Returns the only account; `None` if there is none, or more than one.
    pub fn only(&self) -> Option<&Account> {
        match self.accounts.as_slice() {
            [account] => Some(account),
            _ => None,
        }
    }

    /// Returns what was made private on the way, to be told to the person.
    pub fn repaired(&self) -> &[Repaired] {
        &self.repaired
    }

    /// Writes an account, over the one with the same id if there is one.
    pub fn save(&mut self, account: &Account) -> Result<(), StoreError> {
        self.repaired.extend(private_file::prepare_folder(&self.path)?);
        self.change(|document| put(document, account))?;
        Ok(())
    }

    /// Removes an account, and says whether it was there.
    pub fn forget(&mut self, nsid: &str) -> Result<bool, StoreError> {
        if !self.path.exists() {
            return Ok(false);
        }
        self.change(|document| {
            let accounts = document.get_mut("accounts").and_then(Value::as_table_mut);
            accounts.is_some_and(|accounts| accounts.remove(nsid).is_some())
        })
    }

    /// Reads the file again under a lock, so that another run's change is not lost, and replaces it when
    /// `edit` says that it changed something.
    fn change(&mut self, edit: impl FnOnce(&mut Table) -> bool) -> Result<bool, StoreError> {
        let _lock = private_file::lock(&self.path)?;
        let (mut document, repaired) = read_document(&self.path)?;
        self.repaired.extend(repaired);
        accounts_in(&document, &self.path)?;
        let is_changed = edit(&mut document);
        if is_changed {
            document.insert("format".to_owned(), Value::Integer(FORMAT));
            private_file::replace(&self.path, &format!("{HEAD}{document}"))?;
        }
        self.accounts = accounts_in(&document, &self.path)?;
        Ok(is_changed)
    }
}

fn read_document(path: &Path) -> Result<(Table, Option<Repaired>), StoreError> {
    let Some((text, repaired)) = private_file::read(path)? else {
        return Ok((Table::new(), None));
    };
    let document = parse(text.trim_start_matches('\u{feff}'), path)?;
    match document.get("format").map(Value::as_integer) {
        None | Some(Some(FORMAT)) => Ok((document, repaired)),
        Some(found) => {
            Err(StoreError::NewerFormat { path: path.to_owned(), found: found.unwrap_or_default() })
        }
    }
}

/// The parser's own text would show the broken line, and with it a secret: only its words and the place are kept.
fn parse(text: &str, path: &Path) -> Result<Table, StoreError> {
    text.parse().map_err(|error: toml::de::Error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1;
        StoreError::BrokenToml { path: path.to_owned(), line, message: error.message().to_owned() }
    })
}

fn accounts_in(document: &Table, path: &Path) -> Result<Vec<Account>, StoreError> {
    let Some(accounts) = document.get("accounts") else { return Ok(Vec::new()) };
    let bad = |account: &str| StoreError::BadEntry {
        path: path.to_owned(),
        account: account.to_owned(),
        field: "table",
    };
    let accounts = accounts.as_table().ok_or_else(|| bad("list"))?;
    accounts
        .iter()
        .map(|(nsid, entry)| {
            Entry { path, nsid, table: entry.as_table().ok_or_else(|| bad(nsid))? }.account()
        })
        .collect()
}

/// One account as it stands in the file.
struct Entry<'a> {
    path: &'a Path,
    nsid: &'a str,
    table: &'a Table,
}

impl Entry<'_> {
    fn account(&self) -> Result<Account, StoreError> {
        let keys = ApiKeys::new(self.needed("api_key")?, self.needed("api_secret")?).map_err(|source| {
            StoreError::BadEntryKeys { path: self.path.to_owned(), account: self.nsid.to_owned(), source }
        })?;
        Ok(Account {
            nsid: self.nsid.to_owned(),
            username: self.optional("username"),
            fullname: self.optional("fullname"),
            keys,
            token: AccessToken::new(Token::new(self.needed("token")?, self.needed("token_secret")?)),
            permission: self.optional("permission"),
            signed_in: self.optional("signed_in"),
        })
    }

    fn needed(&self, field: &'static str) -> Result<&str, StoreError> {
        let text = self.table.get(field).and_then(Value::as_str).filter(|text| !text.is_empty());
        text.ok_or_else(|| StoreError::BadEntry {
            path: self.path.to_owned(),
            account: self.nsid.to_owned(),
            field,
        })
    }

    fn optional(&self, field: &str) -> String {
        match self.table.get(field) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Datetime(time)) => time.to_string(),
            _ => String::new(),
        }
    }
}

fn put(document: &mut Table, account: &Account) -> bool {
    let token = account.token.token();
    let fields = [
        ("username", account.username.as_str()),
        ("fullname", &account.fullname),
        ("permission", &account.permission),
        ("signed_in", &account.signed_in),
        ("token", token.text().expose_secret()),
        ("token_secret", token.secret().expose_secret()),
        ("api_key", account.keys.key()),
        ("api_secret", account.keys.secret().expose_secret()),
    ];
    let Some(entry) = table_in(document, "accounts").and_then(|accounts| table_in(accounts, &account.nsid))
    else {
        return false;
    };
    for (name, text) in fields {
        entry.insert(name.to_owned(), Value::String(text.to_owned()));
    }
    true
}

/// Returns the table of this name, a new one if nothing has the name; `None` if something else has it.
fn table_in<'a>(parent: &'a mut Table, name: &str) -> Option<&'a mut Table> {
    parent.entry(name).or_insert_with(|| Value::Table(Table::new())).as_table_mut()
}
