//! What the transcoder gives up on ends FAILED, with a sentence.

use aws_sdk_dynamodb::types::AttributeValue;
use framehouse_tests::{UploadRequest, api, stack, wait_for_status};
use reqwest::Method;
use serde_json::{Value, json};

/// A media file whose version 1 is being made by nobody.
async fn stuck() -> String {
    let stack = stack();
    let id = UploadRequest::new("a.mp4", 5).create().await.id;
    let update = stack.dynamodb().update_item().table_name(&stack.table_name);
    let update = update
        .key("pk", AttributeValue::S(format!("MEDIA#{id}")))
        .key("sk", AttributeValue::S("FILE".into()))
        .update_expression("SET #s = :s, version = :v")
        .expression_attribute_names("#s", "status")
        .expression_attribute_values(":s", AttributeValue::S("PROCESSING".into()))
        .expression_attribute_values(":v", AttributeValue::N("1".into()));
    update.send().await.expect("the owner may write the table");
    id
}

async fn give_up(body: &Value) {
    let stack = stack();
    let send = stack.sqs().send_message().queue_url(&stack.dlq_url).message_body(body.to_string());
    send.send().await.expect("the owner may send to the queue");
}

#[tokio::test]
async fn each_step_that_is_given_up_fails_its_media_file() {
    let steps = [
        (json!({ "step": "encode", "version": 1, "task": "video-00000" }), "encode"),
        (json!({ "step": "package", "version": 1 }), "package"),
        (json!({ "step": "plan", "version": 1 }), "inspect"),
        (json!({ "step": "plan", "version": 2, "allowCopy": false }), "inspect"),
    ];
    for (step, verb) in steps {
        let id = stuck().await;
        let mut body = step.clone();
        body["mediaFileId"] = json!(id);
        give_up(&body).await;
        let media = wait_for_status(&id, "FAILED").await;
        let sentence = media["errorMessage"].as_str().unwrap();
        assert!(sentence.contains(verb) && sentence.contains("Retry"), "{step}: {sentence}");
        api().call(Method::DELETE, &format!("/media-files/{id}")).await.expect(204);
    }
}

#[tokio::test]
async fn a_dead_letter_of_an_older_version_changes_nothing() {
    let (old, id) = (stuck().await, stuck().await);
    give_up(&json!({ "mediaFileId": old, "step": "package", "version": 0 })).await;
    give_up(&json!({ "mediaFileId": id, "step": "package", "version": 1 })).await;
    wait_for_status(&id, "FAILED").await;
    assert_eq!(api().get(&format!("/media-files/{old}")).await["status"], "PROCESSING");
    for id in [old, id] {
        api().call(Method::DELETE, &format!("/media-files/{id}")).await.expect(204);
    }
}
