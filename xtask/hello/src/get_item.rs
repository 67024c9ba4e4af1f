//! A baseline of `cargo xtask bench request`: the least that one call to DynamoDB can be.

use aws_sdk_dynamodb::{Client, types::AttributeValue};
use lambda_http::{Error, Request, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let client = Client::new(&aws_config::load_from_env().await);
    let table = std::env::var("TABLE_NAME")?;
    let (client, table) = (&client, &table);
    run(service_fn(async |_: Request| {
        let key = |name: &str| AttributeValue::S(name.to_owned());
        let call = client.get_item().table_name(table).key("pk", key("SETTINGS")).key("sk", key("SETTINGS"));
        let found = call.send().await?.item.is_some();
        Ok::<_, Error>(if found { "It is there." } else { "It is not there." })
    }))
    .await
}
