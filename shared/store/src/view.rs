//! | access pattern | key | calls |
//! |---|---|---|
//! | open | `VIEWS#{video}#{shard}` / `{uuid}#VIEW` | 1 put |
//! | adopt, finish | the same | 1 conditional update |
//! | heartbeat | the same | 1 conditional update, 2 when it tells of new parts of the video and of no more time |
//! | a viewer's last views of a video | `VIEWS#{video}#{shard}`, newest first | 1 query |
//!
//! Nothing here writes to an item that viewers share: what is watched is counted from the table's stream.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::{
    error::SdkError,
    operation::{
        put_item::PutItemError,
        update_item::{UpdateItemError, builders::UpdateItemFluentBuilder},
    },
    types::{AttributeValue, ReturnValuesOnConditionCheckFailure},
};
use framehouse_domain::{Timestamp, VideoId, View, ViewId, Viewer};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    attribute::{Item, get_text, number, text},
    error::unavailable,
    key::{BY_USER, BY_USER_AT, Key, SK, views_partition},
    view_item::{SEGMENTS, is_view, read, segments, write},
};

/// How many of the latest items of a partition are looked at for a viewer's own: the others are of viewers in the same
/// partition, and behind the same address.
const LATEST: i32 = 100;

/// What became of telling of a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// It is noted.
    Noted,
    /// It was known already.
    Known,
    /// There is no such view, or no longer.
    Unknown,
}

impl Store {
    /// Stores a view that begins. One that is stored already stays as it is: the SDK repeats a call whose answer got lost,
    /// and by then a player may have told of the view.
    pub async fn open_view(&self, view: &View) -> Result<(), StoreError> {
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(write(view)?))
            .condition_expression("attribute_not_exists(pk)");
        match put.send().await {
            Err(error)
                if !error.as_service_error().is_some_and(PutItemError::is_conditional_check_failed_exception) =>
            {
                Err(unavailable("open view")(error))
            }
            _ => Ok(()),
        }
    }

    /// A player runs in a view that was opened before; of a viewer who is signed in by now it is noted who it is.
    pub async fn adopt_view(&self, id: ViewId, viewer: &Viewer, referer: Option<&str>) -> Result<Told, StoreError> {
        // By this a repetition of the call knows that it was this very call that did it.
        let player = Uuid::new_v4().to_string();
        let mut set = vec!["tracked = :yes", "player = :player"];
        let mut call = self
            .change_view(id)
            .expression_attribute_values(":yes", AttributeValue::Bool(true))
            .expression_attribute_values(":player", text(&player));
        if let Some(referer) = referer {
            set.push("referer = if_not_exists(referer, :referer)");
            call = call.expression_attribute_values(":referer", text(referer));
        }
        if let Some(user) = &viewer.user_id {
            set.extend(["userId = :user", "#by = :by", "#at = :at"]);
            call = call
                .expression_attribute_names("#by", BY_USER)
                .expression_attribute_names("#at", BY_USER_AT)
                .expression_attribute_values(":user", text(user))
                .expression_attribute_values(":by", text(format!("USER#{user}")))
                .expression_attribute_values(":at", text(id.began_at()));
        }
        let call = call
            .update_expression(format!("SET {}", set.join(", ")))
            .condition_expression("attribute_exists(pk) AND tracked <> :yes");
        match call.send().await {
            Err(error) if refused(&error).flatten().is_some_and(|old| get_text(old, "player") == Some(&player)) => {
                Ok(Told::Noted)
            }
            done => told(done.map(drop), "adopt view"),
        }
    }

    /// Notes that a view was watched for so long, which never takes anything back, and which parts of the video.
    pub async fn beat(&self, id: ViewId, seconds: u32, watched: &BTreeSet<u8>) -> Result<Told, StoreError> {
        let verb = "note watch time";
        let add = if watched.is_empty() { String::new() } else { " ADD #segments :watched".to_owned() };
        let call = self
            .change_view(id)
            .update_expression(format!("SET watchTimeSeconds = :seconds{add}"))
            .condition_expression("attribute_exists(pk) AND watchTimeSeconds < :seconds")
            .expression_attribute_values(":seconds", number(seconds));
        let done = call_with(call, watched).send().await;
        let before = done.as_ref().err().and_then(refused).flatten().cloned().map(read).transpose()?;
        match before {
            Some(view) if watched.is_subset(&view.segments) => Ok(Told::Known),
            Some(_) => {
                let call = self
                    .change_view(id)
                    .update_expression("ADD #segments :watched")
                    .condition_expression("attribute_exists(pk)");
                told(call_with(call, watched).send().await.map(drop), verb)
            }
            None => told(done.map(drop), verb),
        }
    }

    /// Notes that a view came to the end of the video.
    pub async fn finish_view(&self, id: ViewId) -> Result<Told, StoreError> {
        let call = self
            .change_view(id)
            .update_expression("SET completed = :yes")
            .condition_expression("attribute_exists(pk) AND completed <> :yes")
            .expression_attribute_values(":yes", AttributeValue::Bool(true));
        told(call.send().await.map(drop), "finish view")
    }

    /// The view, read consistently.
    pub async fn view(&self, id: ViewId) -> Result<Option<View>, StoreError> {
        let get = self.client.get_item().table_name(&self.table).set_key(Some(Key::View(id).attributes()));
        let found = get.consistent_read(true).send().await.map_err(unavailable("read view"))?;
        found.item.map(read).transpose()
    }

    /// A viewer's views of a video since a moment, newest first, as far as they are among the latest hundred items of
    /// the viewer's partition. Says as well whether these are all: a video can have more viewers than that.
    pub async fn latest_views(
        &self,
        video: VideoId,
        viewer: &Viewer,
        since: Timestamp,
    ) -> Result<(Vec<View>, bool), StoreError> {
        if viewer.key.is_none() {
            return Ok((Vec::new(), false));
        }
        let shard = viewer.shard();
        let oldest = ViewId::generate(video, shard, since).view.to_string();
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk AND sk > :oldest")
            .expression_attribute_values(":pk", text(views_partition(video, shard)))
            // The time is in the first twelve digits and the dash between them; what follows is random.
            .expression_attribute_values(":oldest", text(&oldest[..13]))
            .scan_index_forward(false)
            .consistent_read(true)
            .limit(LATEST);
        let page = query.send().await.map_err(unavailable("read latest views"))?;
        let are_all = page.last_evaluated_key.is_none();
        let views = page.items.unwrap_or_default().into_iter();
        let views = views.filter(|item| get_text(item, SK).is_some_and(is_view)).map(read);
        let views = views.collect::<Result<Vec<_>, _>>()?;
        Ok((views.into_iter().filter(|view| view.viewer.key == viewer.key).collect(), are_all))
    }

    fn change_view(&self, id: ViewId) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(Key::View(id).attributes()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
    }
}

fn call_with(call: UpdateItemFluentBuilder, watched: &BTreeSet<u8>) -> UpdateItemFluentBuilder {
    if watched.is_empty() {
        return call;
    }
    // A reserved word of expressions.
    call.expression_attribute_names("#segments", SEGMENTS).expression_attribute_values(":watched", segments(watched))
}

fn told<R>(done: Result<(), SdkError<UpdateItemError, R>>, verb: &'static str) -> Result<Told, StoreError>
where
    R: std::fmt::Debug + Send + Sync + 'static,
{
    match done {
        Ok(()) => Ok(Told::Noted),
        Err(error) => match refused(&error) {
            Some(Some(_)) => Ok(Told::Known),
            Some(None) => Ok(Told::Unknown),
            None => Err(unavailable(verb)(error)),
        },
    }
}

/// What was there when a condition did not hold; nothing when it is not that which failed.
#[expect(clippy::option_option, reason = "that nothing was there is something else than that it is not known")]
fn refused<R>(error: &SdkError<UpdateItemError, R>) -> Option<Option<&Item>> {
    match error.as_service_error()? {
        UpdateItemError::ConditionalCheckFailedException(failed) => Some(failed.item()),
        _ => None,
    }
}
