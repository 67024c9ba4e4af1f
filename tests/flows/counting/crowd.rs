//! A crowd of viewers, each of whom knows what it did: the truth that counts are compared with.

use std::collections::{BTreeMap, BTreeSet};

use framehouse_api::now;
use framehouse_domain::{
    Comment, CommentAuthor, CommentId, Device, Reaction, ReactionId, ReactionType, VideoId, View, ViewId, Viewer,
};
use framehouse_store::Store;

use super::random::Random;

/// Seconds that the videos have, for heatmaps.
const DURATION: u32 = 100;
/// Partitions that this crowd's views are on. Fewer than all, so that many of them meet in each.
const PARTITIONS: u8 = 8;

/// What one viewer's acts come to.
#[derive(Debug, Default)]
pub(crate) struct Deeds {
    pub(crate) acts: usize,
    views: BTreeMap<ViewId, (u32, bool)>,
    votes: BTreeSet<VideoId>,
    reactions: BTreeMap<ReactionId, (VideoId, ReactionType, u8)>,
    comments: BTreeMap<CommentId, (VideoId, bool)>,
}

/// What a video should show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Truth {
    pub(crate) views: u64,
    pub(crate) watch_time: u64,
    pub(crate) completions: u64,
    pub(crate) upvotes: u64,
    pub(crate) comments: u64,
    pub(crate) reactions: u64,
}

/// Somebody who watches and talks.
pub(crate) struct Person {
    name: String,
    session: String,
    random: Random,
    viewer: Viewer,
    deeds: Deeds,
}

impl Person {
    pub(crate) fn new(number: u64, run: &str) -> Self {
        let name = format!("{run}-{number}");
        let viewer = Viewer { key: Some(format!("s:{name}")), device: Device::Desktop, ..Viewer::unknown() };
        // Sessions are told apart by digests, whose first digit decides where a vote is stored.
        let session = format!("{:02x}{name}", number.wrapping_mul(0x9e37_79b9) % 256);
        Self { name, session, random: Random(number * 2 + 1), viewer, deeds: Deeds::default() }
    }

    /// Does so many things, one after the other, to any of the videos.
    pub(crate) async fn act(mut self, store: &Store, videos: &[VideoId], times: usize) -> Deeds {
        while self.deeds.acts < times {
            let video = videos[self.random.below(videos.len())];
            match self.random.below(100) {
                0..=24 => self.open(store, video).await,
                25..=54 => self.watch(store).await,
                55..=64 => self.finish(store).await,
                65..=79 => self.vote(store, video).await,
                80..=91 => self.react(store, video).await,
                _ => self.talk(store, video).await,
            }
            self.deeds.acts += 1;
        }
        self.deeds
    }

    async fn open(&mut self, store: &Store, video: VideoId) {
        // Some began before midnight, wherever midnight is.
        let began = now().plus_seconds(-86_400 * i64::from(self.random.below(4) == 0));
        let tracked = self.random.below(2) == 0;
        let id = ViewId::generate(video, self.viewer.shard() % PARTITIONS, began);
        let view = View::begin(id, self.viewer.clone(), None, tracked, 90);
        store.open_view(&view).await.expect("a view is stored");
        if !tracked {
            store.adopt_view(view.id(), &self.viewer, Some("https://news.example/a")).await.expect("a view is adopted");
        }
        self.deeds.views.insert(view.id(), (0, false));
    }

    fn some_view(&mut self) -> Option<ViewId> {
        let which = self.random.below(self.deeds.views.len());
        self.deeds.views.keys().nth(which).copied()
    }

    async fn watch(&mut self, store: &Store) {
        let Some(id) = self.some_view() else { return };
        // Less than before now and then: a heartbeat that was late.
        let seconds = self.random.below(60) as u32;
        store.beat(id, seconds, &[0, 1].into()).await.expect("a heartbeat is stored");
        self.deeds.views.entry(id).and_modify(|view| view.0 = view.0.max(seconds));
    }

    async fn finish(&mut self, store: &Store) {
        let Some(id) = self.some_view() else { return };
        store.finish_view(id).await.expect("an end is stored");
        self.deeds.views.entry(id).and_modify(|view| view.1 = true);
    }

    async fn vote(&mut self, store: &Store, video: VideoId) {
        if self.random.below(3) > 0 {
            store.upvote(video, &self.session, now()).await.expect("a vote is stored");
            self.deeds.votes.insert(video);
        } else {
            store.take_upvote_back(video, &self.session).await.expect("a vote is taken back");
            self.deeds.votes.remove(&video);
        }
    }

    async fn react(&mut self, store: &Store, video: VideoId) {
        let (kind, second) = (ReactionType::ALL[self.random.below(6)], self.random.below(DURATION as usize) as u32);
        let reaction = Reaction::new(video, Some(DURATION), self.name.clone(), kind, second, now());
        store.react(&reaction).await.expect("a reaction is stored");
        self.deeds.reactions.insert(reaction.id, (video, kind, reaction.bucket));
        if self.random.below(3) == 0 {
            store.remove_reaction(reaction.id).await.expect("a reaction is removed");
            self.deeds.reactions.remove(&reaction.id);
        }
    }

    async fn talk(&mut self, store: &Store, video: VideoId) {
        let author = CommentAuthor::Session(self.session.clone());
        let comment = Comment::new(video, author, None, "So what?".into(), now());
        store.create_comment(&comment).await.expect("a comment is stored");
        self.deeds.comments.insert(comment.id, (video, true));
        match self.random.below(4) {
            0 => {
                store.set_comment_hidden(comment.id, true).await.expect("a comment is hidden");
                self.deeds.comments.insert(comment.id, (video, false));
            }
            1 => {
                store.remove_comment(comment.id).await.expect("a comment is removed");
                self.deeds.comments.remove(&comment.id);
            }
            _ => {}
        }
    }
}

/// What a video should show after all of this.
pub(crate) fn truth(deeds: &[Deeds], video: VideoId) -> Truth {
    let mut truth = Truth::default();
    for deeds in deeds {
        for (_, (seconds, done)) in deeds.views.iter().filter(|(id, _)| id.video == video) {
            truth.views += 1;
            truth.watch_time += u64::from(*seconds);
            truth.completions += u64::from(*done);
        }
        truth.upvotes += u64::from(deeds.votes.contains(&video));
        truth.comments += deeds.comments.values().filter(|comment| **comment == (video, true)).count() as u64;
        truth.reactions += deeds.reactions.values().filter(|reaction| reaction.0 == video).count() as u64;
    }
    truth
}

/// How often this crowd reacted to a part of a video in this way.
pub(crate) fn heat(deeds: &[Deeds], video: VideoId, kind: ReactionType, bucket: u8) -> u64 {
    let reactions = deeds.iter().flat_map(|deeds| deeds.reactions.values());
    reactions.filter(|reaction| **reaction == (video, kind, bucket)).count() as u64
}
