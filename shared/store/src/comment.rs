//! | access pattern | key | calls |
//! |---|---|---|
//! | write, remove | `COMMENT#{id}` / `COMMENT`, a counter of the video | 1 transaction of 2; 1 get before a removal |
//! | hide, restore | the same | 1 get, 1 transaction of 2; nothing more when it is so already |
//! | change the text | `COMMENT#{id}` / `COMMENT` | 1 conditional update |
//! | read one | `COMMENT#{id}` / `COMMENT` | 1 get |
//! | of a video, newest first | index `byVideo`, `COMMENTS#{video}#{0..3}` | 4 queries |
//! | hidden ones among them | also `COMMENTS#{video}#{0..3}#HIDDEN` | 8 queries |
//! | of a user, newest first | index `byUser`, `USER#{user}`, `COMMENT#…` | 1 query |
//!
//! Comments that are shown are counted in the transaction that writes, hides, restores or removes one; each asks for the
//! state that it ends, so that none is counted twice. Hiding moves a comment to another partition of the index: however many
//! are hidden, a list of the others reads none of them.

use aws_sdk_dynamodb::{
    operation::update_item::UpdateItemError,
    types::{AttributeValue, Delete, Put, ReturnValue, TransactWriteItem, Update},
};
use framehouse_domain::{Comment, CommentAuthor, CommentId, Timestamp, VideoId};

use crate::{
    Store, StoreError,
    acts::Act,
    attribute::{Item, from_item, text, to_item},
    error::unavailable,
    key::{BY_VIDEO, Key},
    media_file::builder,
    newest::{Cursor, LIST_SHARDS, Page, Partition, in_list, list_shard, of_user},
    video::pause,
};

/// How often a change that others were faster than is tried.
const ATTEMPTS: u32 = 12;
/// What the sort keys of comments begin with in the index `byUser`.
const BY_USER_PREFIX: &str = "COMMENT#";
/// Whether only admins see it; a reserved word of expressions.
const HIDDEN: &str = "hidden";

impl Store {
    /// Stores a new comment and counts it.
    pub async fn create_comment(&self, comment: &Comment) -> Result<(), StoreError> {
        let verb = "store comment";
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(write(comment)?))
            .condition_expression("attribute_not_exists(pk)")
            .build()
            .map_err(builder(verb))?;
        let count = self.count_act(comment.video_id, counted_by(comment), Act::Comment, 1)?;
        // One that is there already is this one: its id is new.
        self.act(verb, TransactWriteItem::builder().put(put).build(), count).await.map(drop)
    }

    /// The comment, read consistently.
    pub async fn comment(&self, id: CommentId) -> Result<Option<Comment>, StoreError> {
        let get = self.client.get_item().table_name(&self.table).set_key(Some(Key::Comment(id).attributes()));
        let found = get.consistent_read(true).send().await.map_err(unavailable("read comment"))?;
        found.item.map(read).transpose()
    }

    /// Changes the text of a comment that is shown; answers what it is then, and nothing when it is gone or hidden.
    pub async fn edit_comment(
        &self,
        id: CommentId,
        content: &str,
        now: Timestamp,
    ) -> Result<Option<Comment>, StoreError> {
        let verb = "change comment";
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(Key::Comment(id).attributes()))
            .update_expression("SET content = :content, edited = :yes, updatedAt = :now")
            .condition_expression("attribute_exists(pk) AND #hidden = :no")
            .expression_attribute_names("#hidden", HIDDEN)
            .expression_attribute_values(":content", text(content))
            .expression_attribute_values(":yes", AttributeValue::Bool(true))
            .expression_attribute_values(":no", AttributeValue::Bool(false))
            .expression_attribute_values(":now", text(now))
            .return_values(ReturnValue::AllNew);
        let mut attempt = 0;
        loop {
            let error = match update.clone().send().await {
                Ok(updated) => return updated.attributes.map(read).transpose(),
                Err(error) => error,
            };
            match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(_)) => return Ok(None),
                // An admin hides or restores it at this moment.
                Some(UpdateItemError::TransactionConflictException(_)) if attempt < ATTEMPTS => pause(attempt).await,
                _ => return Err(unavailable(verb)(error)),
            }
            attempt += 1;
        }
    }

    /// Hides a comment from all but admins, or shows it again; answers what it is then.
    pub async fn set_comment_hidden(&self, id: CommentId, hidden: bool) -> Result<Option<Comment>, StoreError> {
        let verb = "hide or restore comment";
        for _ in 0..ATTEMPTS {
            let Some(mut comment) = self.comment(id).await? else { return Ok(None) };
            if comment.hidden == hidden {
                return Ok(Some(comment));
            }
            let list = by_video(comment.video_id, list_shard(id.as_uuid()), hidden);
            let update = Update::builder()
                .table_name(&self.table)
                .set_key(Some(Key::Comment(id).attributes()))
                .update_expression("SET #hidden = :hidden, #list = :list")
                .condition_expression("attribute_exists(pk) AND #hidden <> :hidden")
                .expression_attribute_names("#hidden", HIDDEN)
                .expression_attribute_names("#list", BY_VIDEO)
                .expression_attribute_values(":hidden", AttributeValue::Bool(hidden))
                .expression_attribute_values(":list", text(list))
                .build()
                .map_err(builder(verb))?;
            let change = if hidden { -1 } else { 1 };
            let count = self.count_act(comment.video_id, counted_by(&comment), Act::Comment, change)?;
            if self.act(verb, TransactWriteItem::builder().update(update).build(), count).await? {
                comment.hidden = hidden;
                return Ok(Some(comment));
            }
        }
        Err(StoreError::outrun(verb, ATTEMPTS))
    }

    /// Removes a comment and, if it was shown, takes it off the count; answers what it was, and nothing to all but one of
    /// several callers.
    pub async fn remove_comment(&self, id: CommentId) -> Result<Option<Comment>, StoreError> {
        for _ in 0..ATTEMPTS {
            let Some(comment) = self.comment(id).await? else { return Ok(None) };
            if self.discard_comment(&comment).await? {
                return Ok(Some(comment));
            }
        }
        Err(StoreError::outrun("remove comment", ATTEMPTS))
    }

    /// Removes a comment that was read and, if it was shown, takes it off the count; false when it is gone, or was hidden or
    /// restored since.
    pub async fn discard_comment(&self, comment: &Comment) -> Result<bool, StoreError> {
        let verb = "remove comment";
        let delete = Delete::builder()
            .table_name(&self.table)
            .set_key(Some(Key::Comment(comment.id).attributes()))
            .condition_expression("attribute_exists(pk) AND #hidden = :seen")
            .expression_attribute_names("#hidden", HIDDEN)
            .expression_attribute_values(":seen", AttributeValue::Bool(comment.hidden))
            .build()
            .map_err(builder(verb))?;
        let change = if comment.hidden { 0 } else { -1 };
        let count = self.count_act(comment.video_id, counted_by(comment), Act::Comment, change)?;
        self.act(verb, TransactWriteItem::builder().delete(delete).build(), count).await
    }

    /// Comments on a video, hidden ones among them or not.
    pub async fn comments(
        &self,
        video: VideoId,
        with_hidden: bool,
        limit: usize,
        after: Option<Cursor>,
    ) -> Result<Page<Comment>, StoreError> {
        let shown = (0..LIST_SHARDS).map(|shard| by_video(video, shard, false));
        let hidden = (0..LIST_SHARDS).filter(|_| with_hidden).map(|shard| by_video(video, shard, true));
        let partitions = shown.chain(hidden).map(Partition::of_list).collect();
        self.newest("read comments", partitions, limit, after).await?.try_map(read)
    }

    /// How many comments of a video are shown, by the index, which may lag behind by a moment.
    pub(crate) async fn comments_shown(&self, video: VideoId) -> Result<i64, StoreError> {
        let mut shown = 0;
        for shard in 0..LIST_SHARDS {
            let query = self
                .client
                .query()
                .index_name(BY_VIDEO)
                .key_condition_expression("#list = :list")
                .expression_attribute_names("#list", BY_VIDEO)
                .expression_attribute_values(":list", text(by_video(video, shard, false)));
            shown += self.count_items(query, "recount comments").await?;
        }
        Ok(shown)
    }

    /// Every comment of a user who was signed in, newest first.
    pub async fn comments_of(&self, user: &str) -> Result<Vec<Comment>, StoreError> {
        let partitions = vec![Partition::of_user(user, BY_USER_PREFIX)];
        let page = self.newest("read comments", partitions, usize::MAX, None).await?;
        Ok(page.try_map(read)?.items)
    }
}

/// Who decides on which of the video's counters a comment is counted: its author, whoever hides or removes it.
pub(crate) fn counted_by(comment: &Comment) -> &str {
    match &comment.author {
        CommentAuthor::User(who) | CommentAuthor::Session(who) => who,
    }
}

/// The item of `comment`, keys included.
pub(crate) fn write(comment: &Comment) -> Result<Item, StoreError> {
    let mut item = to_item("write comment", comment)?;
    let id = comment.id.as_uuid();
    item.extend(Key::Comment(comment.id).attributes());
    let list = by_video(comment.video_id, list_shard(id), comment.hidden);
    item.extend(in_list(list, comment.created_at, id));
    if let Some(user) = comment.author.user_id() {
        item.extend(of_user(user, BY_USER_PREFIX, comment.created_at, id));
    }
    Ok(item)
}

/// The comment that `item` stores.
pub(crate) fn read(item: Item) -> Result<Comment, StoreError> {
    from_item("read comment", item)
}

/// The partition of the index `byVideo` of comments that are shown, or of hidden ones.
pub(crate) fn by_video(video: VideoId, shard: u8, hidden: bool) -> String {
    format!("COMMENTS#{video}#{shard}{}", if hidden { "#HIDDEN" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(author: CommentAuthor) -> Comment {
        let video = "0197c1f0-a5c8-7d6c-8f4e-0123456789ab".parse().unwrap();
        let at = Timestamp::from_millis(1_771_000_000_120);
        let comment = Comment::new(video, author, Some("Zoë".into()), "So <b>schön</b>!\n👍".into(), at);
        Comment { id: "0197c1f0-b0e1-7a30-9c55-012345678907".parse().unwrap(), ..comment }
    }

    #[test]
    fn the_stored_items_are_pinned_and_read_back() {
        for (name, author) in [
            ("comment_of_a_user", CommentAuthor::User("alice".into())),
            ("comment_of_a_session", CommentAuthor::Session("5e55".into())),
        ] {
            let item = write(&sample(author.clone())).unwrap();
            assert_eq!(read(item.clone()).unwrap(), sample(author));
            insta::assert_json_snapshot!(name, serde_dynamo::from_item::<_, serde_json::Value>(item).unwrap());
        }
    }
}
