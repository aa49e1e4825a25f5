//! The simulator as its users hold it: three listeners, one world.

use std::io;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::account::{Account, Behaviour};
use crate::chance_edit;
use crate::control::token_of;
use crate::counts::Counts;
use crate::edits::Edit;
use crate::expected::{self, Expected};
use crate::faults::Faults;
use crate::oauth::{self, Approval};
use crate::oracle;
use crate::server::serve;
use crate::world::{Addresses, Host, World};

/// A Flickr on loopback. It stops serving when it is dropped.
pub struct Simulator {
    world: Arc<World>,
    /// The accept loops, which own their connections; dropping the set ends them all.
    _hosts: JoinSet<()>,
    runtime: Option<Runtime>,
}

impl Simulator {
    /// Starts on the caller's runtime, on free ports of 127.0.0.1.
    pub async fn start(account: Account) -> io::Result<Self> {
        Self::start_on(account, 0).await
    }

    /// Starts with its API on a chosen port; 0 takes a free one. The image host always takes a free one.
    pub async fn start_on(account: Account, port: u16) -> io::Result<Self> {
        let api = TcpListener::bind(("127.0.0.1", port)).await?;
        let images = TcpListener::bind(("127.0.0.1", 0)).await?;
        let foreign = TcpListener::bind(("127.0.0.1", 0)).await?;
        let at = |listener: &TcpListener| listener.local_addr().map(|address| format!("http://{address}"));
        let addresses = Addresses { api: at(&api)?, images: at(&images)?, foreign: at(&foreign)? };
        let world = Arc::new(World::new(account, addresses));
        let mut hosts = JoinSet::new();
        for (listener, host) in [(api, Host::Api), (images, Host::Images), (foreign, Host::Foreign)] {
            hosts.spawn(serve(listener, Arc::clone(&world), host));
        }
        Ok(Self { world, _hosts: hosts, runtime: None })
    }

    /// Starts on threads of its own, for tests that block while they run a program.
    pub fn start_in_background(account: Account) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let mut simulator = runtime.block_on(Self::start(account))?;
        simulator.runtime = Some(runtime);
        Ok(simulator)
    }

    /// The address of the API and of the sign-in, such as `http://127.0.0.1:40123`.
    pub fn endpoint(&self) -> String {
        self.world.addresses.api.clone()
    }

    /// The address of the image host.
    pub fn media_host(&self) -> String {
        self.world.addresses.images.clone()
    }

    /// The address of a host that is neither; placeholders lie there.
    pub fn foreign_host(&self) -> String {
        self.world.addresses.foreign.clone()
    }

    /// The one API key this Flickr knows: 32 hexadecimal digits.
    pub fn api_key(&self) -> &str {
        &self.world.api_key
    }

    /// The secret of the key: 16 hexadecimal digits.
    pub fn api_secret(&self) -> &str {
        &self.world.api_secret
    }

    /// An access token and its secret, granted from the start, for tests that are not about the sign-in.
    pub fn access_token(&self) -> (String, String) {
        self.world.tokens().first_access()
    }

    /// Does what a person does on the approval page; takes its address or the bare request token.
    pub fn approve(&self, approval_page: &str) -> Approval {
        oauth::approve(&self.world, &token_of(approval_page))
    }

    /// Refuses on the approval page; gives the address the browser is sent to, if the sign-in has one.
    pub fn deny(&self, approval_page: &str) -> Option<String> {
        oauth::deny(&self.world, &token_of(approval_page))
    }

    /// Withdraws all access tokens, as the owner may on Flickr's settings page.
    pub fn revoke_tokens(&self) {
        self.world.tokens().revoke_all();
    }

    /// The faults, which may be added and cleared at any time.
    pub fn faults(&self) -> &Faults {
        &self.world.faults
    }

    /// Changes how Flickr behaves from now on.
    pub fn behave(&self, change: impl FnOnce(&mut Behaviour)) {
        self.world.behave(change);
    }

    /// What was seen since the start or the last reset.
    pub fn counts(&self) -> Counts {
        self.world.counts()
    }

    /// Forgets all counts.
    pub fn reset_counts(&self) {
        self.world.reset_counts();
    }

    /// Changes the account; gives the id of the photo, album or gallery, the new one's for [`Edit::Add`] and
    /// [`Edit::CreateAlbum`]; nothing if there is none such, or nothing would change.
    pub fn edit(&self, edit: Edit) -> Option<u64> {
        self.world.edit(edit)
    }

    /// Does one of all possible edits, drawn by number, and gives it; nothing if the account holds too little for one.
    pub fn edit_by_chance(&self, number: u64) -> Option<Edit> {
        let edit = self.world.with_edits(|edits| chance_edit::draw(&self.world.account, edits, number))?;
        self.world.edit(edit.clone())?;
        Some(edit)
    }

    /// All ids, oldest upload first.
    pub fn ids(&self) -> Vec<u64> {
        expected::ids(&self.world)
    }

    /// The facts of a photo or video; nothing if it is not there (any more).
    pub fn expected(&self, id: u64) -> Option<Expected> {
        expected::facts(&self.world, id)
    }

    /// The secrets of a photo: that of its shown sizes, and that of its original. They belong into no archive.
    pub fn secrets(&self, id: u64) -> Vec<String> {
        expected::secrets(&self.world, id)
    }

    /// What a perfect archive must contain at this moment, fact by fact; the head of `oracle.rs` describes the words.
    pub fn oracle(&self) -> serde_json::Value {
        oracle::write(&self.world)
    }

    /// The bytes a perfect backup holds: a photo's original, a video's uploaded file. Nothing where Flickr gives none.
    pub fn original(&self, id: u64) -> Option<Vec<u8>> {
        expected::original(&self.world, id)
    }

    /// The best bytes there are, which are the original's where there is one. Nothing for videos that offer no stream.
    pub fn best(&self, id: u64) -> Option<Vec<u8>> {
        expected::best(&self.world, id)
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background(); // a plain drop would panic inside another runtime
        }
    }
}
