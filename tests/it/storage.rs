//! What the template promises about the bucket and the queues, asked of the deployed ones.

use aws_sdk_s3::types::{Event, FilterRuleName};
use aws_sdk_sqs::types::QueueAttributeName;
use framehouse_tests::stack;

#[tokio::test]
async fn the_bucket_is_private_and_encrypted() {
    let (s3, bucket) = (stack().s3(), &stack().media_bucket);
    let block = s3.get_public_access_block().bucket(bucket).send().await.unwrap();
    let block = block.public_access_block_configuration.expect("a public access block");
    let all =
        [block.block_public_acls, block.ignore_public_acls, block.block_public_policy, block.restrict_public_buckets];
    assert_eq!(all, [Some(true); 4]);
    let encryption = s3.get_bucket_encryption().bucket(bucket).send().await.unwrap();
    let rules = encryption.server_side_encryption_configuration.expect("encryption").rules;
    assert!(rules.iter().any(|rule| rule.apply_server_side_encryption_by_default.is_some()));
}

#[tokio::test]
async fn every_way_of_creating_an_original_reaches_the_queue() {
    let (s3, bucket) = (stack().s3(), &stack().media_bucket);
    let notifications = s3.get_bucket_notification_configuration().bucket(bucket).send().await.unwrap();
    let [queue] = notifications.queue_configurations() else { panic!("one notification: {notifications:?}") };
    assert_eq!(queue.events, [Event::S3ObjectCreated], "s3:ObjectCreated:*, multipart completions included");
    let rules = queue.filter.as_ref().and_then(|filter| filter.key.as_ref()).expect("a filter").filter_rules();
    assert!(rules.iter().any(|rule| {
        rule.name.as_ref() == Some(&FilterRuleName::Prefix) && rule.value.as_deref() == Some("originals/")
    }));
}

#[tokio::test]
async fn the_queue_waits_long_enough_and_gives_up_after_three_attempts() {
    let attributes = stack().sqs().get_queue_attributes().queue_url(&stack().queue_url);
    let attributes = attributes.attribute_names(QueueAttributeName::All).send().await.unwrap();
    let attribute = |name| attributes.attributes().unwrap()[&name].clone();
    let visibility: u32 = attribute(QueueAttributeName::VisibilityTimeout).parse().unwrap();
    assert!(visibility >= 6 * 900, "six times the function's timeout: {visibility}");
    let redrive: serde_json::Value = serde_json::from_str(&attribute(QueueAttributeName::RedrivePolicy)).unwrap();
    assert!(redrive["maxReceiveCount"] == 3 || redrive["maxReceiveCount"] == "3", "{redrive}");
}
