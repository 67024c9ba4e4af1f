use framehouse_tests::{VIDEOS, api, put_in_library, short_clip, unique, wait_for_scan};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_small_directory_is_scanned_while_the_caller_waits() {
    let folder = unique("scan");
    let clip = short_clip().await;
    for name in ["a.mp4", "deep/er/B.MOV", "c.txt", "ünï 映画.webm"] {
        put_in_library(&format!("compilations/{folder}/{name}"), clip.clone()).await;
    }
    let scan = api().json(Method::POST, &format!("{VIDEOS}/scan"), &json!({ "directoryType": "compilations" })).await;
    let scanned = scan.expect(200);
    let number = |name: &str| scanned[name].as_u64().unwrap_or_else(|| panic!("{name} in {scanned}"));
    assert!(number("created") >= 3, "{scanned}");
    assert_eq!(number("scanned"), number("created") + number("updated") + number("skipped") + number("failed"));
    assert!(scanned["errors"].is_array());
    let ended = wait_for_scan(scanned["scanId"].as_str().unwrap()).await;
    assert_eq!((&ended["status"], &ended["directoryType"]), (&json!("completed"), &json!("compilations")));
    assert_eq!(ended["inspected"], ended["created"]);

    let again = api().json(Method::POST, &format!("{VIDEOS}/scan"), &json!({ "directoryType": "compilations" })).await;
    assert!(again.expect(200)["skipped"].as_u64() >= Some(3));
    let anew = json!({ "directoryType": "compilations", "skipExisting": false });
    let anew = api().json(Method::POST, &format!("{VIDEOS}/scan"), &anew).await.expect(200);
    assert!(anew["updated"].as_u64() >= Some(3) && anew["skipped"] == 0, "{anew}");
    wait_for_scan(anew["scanId"].as_str().unwrap()).await;
}

#[tokio::test]
async fn what_is_no_directory_is_refused() {
    for body in [json!({}), json!({ "directoryType": "attic" }), json!({ "directoryType": "../videos" }), json!([])] {
        api().json(Method::POST, &format!("{VIDEOS}/scan"), &body).await.expect_error(400, "invalid_request");
    }
}
