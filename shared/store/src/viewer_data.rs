//! | access pattern | key | calls |
//! |---|---|---|
//! | views of a signed-in viewer | index `byUser`, `USER#{user}`, sort keys that are moments | 1 query per page |
//! | take the viewer off them | `VIEWS#{video}#{shard}` / `{uuid}#VIEW` | 1 conditional update each |
//! | remove what the viewer wrote | as removing a reaction, or a comment, does | 1 get and 1 transaction of 2 each |
//!
//! A view stays when its viewer is erased, and so does what is counted of it; what is gone is who it was.

use std::collections::HashSet;

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use framehouse_domain::{View, ViewId};
use futures::{StreamExt, TryStreamExt, stream};

use crate::{
    Store, StoreError,
    attribute::{Item, get_text, text},
    error::unavailable,
    key::{BY_USER, BY_USER_AT, Key, PK, SK},
    video::pause,
    view_item::read,
};

/// Views that are read, and then erased, at a time.
const VIEWS_PER_PAGE: i32 = 1000;
/// Items that are erased at once.
const AT_ONCE: usize = 16;
/// Reactions or comments that are removed at once: one viewer's are counted on one counter of a video, where they meet.
const TALK_AT_ONCE: usize = 4;
/// How often views are looked for again: the index follows the table in a moment.
const PASSES: u32 = 12;

impl Store {
    /// At most a thousand views of a signed-in viewer, and a megabyte of them (AWS limit), oldest first, after one of
    /// them; and the one after which there may be more.
    pub async fn views_of(&self, user: &str, after: Option<ViewId>) -> Result<(Vec<View>, Option<ViewId>), StoreError> {
        let partition = text(format!("USER#{user}"));
        let start = after.map(|id| {
            let mut key = Key::View(id).attributes();
            key.insert(BY_USER.to_owned(), partition.clone());
            key.insert(BY_USER_AT.to_owned(), text(id.began_at()));
            key
        });
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(BY_USER)
            // Comments and reactions have a word before their moment; no moment sorts behind the colon.
            .key_condition_expression("#user = :user AND #at BETWEEN :first AND :last")
            .expression_attribute_names("#user", BY_USER)
            .expression_attribute_names("#at", BY_USER_AT)
            .expression_attribute_values(":user", partition)
            .expression_attribute_values(":first", text("0"))
            .expression_attribute_values(":last", text(":"))
            .limit(VIEWS_PER_PAGE)
            .set_exclusive_start_key(start);
        let page = query.send().await.map_err(unavailable("read views of a viewer"))?;
        let next = page.last_evaluated_key.as_ref().and_then(view_at);
        Ok((page.items.unwrap_or_default().into_iter().map(read).collect::<Result<_, _>>()?, next))
    }

    /// Takes a signed-in viewer off all views, and answers off how many. Repeating it is harmless.
    pub async fn erase_views_of(&self, user: &str) -> Result<usize, StoreError> {
        let (mut erased, mut quiet) = (HashSet::new(), 0);
        while quiet < PASSES {
            let (views, _) = self.views_of(user, None).await?;
            if views.is_empty() {
                return Ok(erased.len());
            }
            // What the index still shows of an earlier pass counts once.
            let before = erased.len();
            let calls: Vec<_> = views.iter().map(|view| self.erase_viewer(view.id(), user)).collect();
            let done: Vec<Option<ViewId>> = stream::iter(calls).buffer_unordered(AT_ONCE).try_collect().await?;
            erased.extend(done.into_iter().flatten());
            if erased.len() == before {
                // The index still shows what is erased.
                pause(quiet).await;
                quiet += 1;
            }
        }
        Err(StoreError::Unavailable { verb: "erase viewer", cause: "the index still shows views".to_owned() })
    }

    /// Removes all reactions and comments of a signed-in viewer and takes them off the counts; answers how many of each.
    /// Repeating it is harmless.
    pub async fn erase_talk_of(&self, user: &str) -> Result<(usize, usize), StoreError> {
        let (mut reactions, mut comments, mut quiet) = (0, 0, 0);
        while quiet < PASSES {
            let (reacted, commented) = (self.reactions_of(user).await?, self.comments_of(user).await?);
            if reacted.is_empty() && commented.is_empty() {
                return Ok((reactions, comments));
            }
            let calls: Vec<_> = reacted.iter().map(|reaction| self.remove_reaction(reaction.id)).collect();
            let removed: Vec<_> = stream::iter(calls).buffer_unordered(TALK_AT_ONCE).try_collect().await?;
            let reactions_now = removed.iter().flatten().count();
            let calls: Vec<_> = commented.iter().map(|comment| self.remove_comment(comment.id)).collect();
            let removed: Vec<_> = stream::iter(calls).buffer_unordered(TALK_AT_ONCE).try_collect().await?;
            let comments_now = removed.iter().flatten().count();
            (reactions, comments) = (reactions + reactions_now, comments + comments_now);
            if reactions_now + comments_now == 0 {
                // The index still shows what is removed.
                pause(quiet).await;
                quiet += 1;
            }
        }
        let cause = "the index still shows reactions or comments".to_owned();
        Err(StoreError::Unavailable { verb: "erase reactions and comments", cause })
    }

    /// Takes the viewer off a view, if there still is one; answers the view then, also when it was done before.
    async fn erase_viewer(&self, id: ViewId, user: &str) -> Result<Option<ViewId>, StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(Key::View(id).attributes()))
            .update_expression("REMOVE #viewer, userId, ipHash, userAgent, #user, #at")
            // The SDK repeats a call whose answer was lost, and then the viewer is off already.
            .condition_expression("attribute_exists(pk) AND (attribute_not_exists(userId) OR userId = :user)")
            .expression_attribute_names("#viewer", "viewer")
            .expression_attribute_names("#user", BY_USER)
            .expression_attribute_names("#at", BY_USER_AT)
            .expression_attribute_values(":user", text(user));
        match update.send().await {
            Ok(_) => Ok(Some(id)),
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(_)) => Ok(None),
                _ => Err(unavailable("erase viewer")(error)),
            },
        }
    }
}

/// The view at a key of the index.
fn view_at(key: &Item) -> Option<ViewId> {
    let (video, _) = get_text(key, PK)?.strip_prefix("VIEWS#")?.split_once('#')?;
    format!("{video}.{}", get_text(key, SK)?.strip_suffix("#VIEW")?).parse().ok()
}
