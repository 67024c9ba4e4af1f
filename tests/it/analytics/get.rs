use std::collections::{BTreeMap, BTreeSet};

use framehouse_domain::{Device, Role, Timestamp, VideoId};
use framehouse_tests::{Api, DURATION, api, published_video, published_with, visitor};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use super::{ANALYTICS, Seen, analytics, seen};
use crate::track::{began, of_kind, opened, raw_items, stored, track};

#[tokio::test]
async fn a_video_that_nobody_saw_has_all_fields_and_no_rates() {
    let id = published_video().await;
    let told = analytics(id, "").await;
    assert_eq!(told["videoId"], json!(id));
    assert!(told["title"].is_string());
    for field in ["totalViews", "uniqueViewers", "totalWatchTimeSeconds", "completedViews"] {
        assert_eq!(told[field], 0, "{field}");
    }
    assert_eq!((&told["averageWatchTimeSeconds"], &told["completionRate"]), (&json!(0.0), &json!(0.0)));
    assert_eq!((&told["timezone"], &told["rawSince"], &told["sampled"]), (&json!("UTC"), &Value::Null, &Value::Null));
    assert_eq!((&told["referrers"], &told["devices"]), (&json!([]), &json!([])));
    let quality = json!({ "startupMillisAverage": null, "startupMillisMedian": null, "rebufferCount": 0,
        "rebufferSeconds": 0.0, "rebufferRatio": 0.0 });
    assert_eq!(told["quality"], quality);
    let retention = told["retention"].as_array().unwrap();
    assert_eq!(retention.len(), 20);
    assert_eq!(retention[19], json!({ "fromSeconds": 285.0, "toSeconds": 300.0, "views": 0, "share": 0.0 }));
    let today = &framehouse_api::now().to_string()[..10];
    assert!(told["viewsByDay"].as_array().unwrap().iter().any(|day| day["date"] == today));
    for field in ["startDate", "endDate"] {
        told[field].as_str().unwrap().parse::<Timestamp>().unwrap();
    }
}

#[tokio::test]
async fn what_players_tell_is_what_admins_see() {
    let id = published_video().await;
    let (first, second) = (began(id, 600).await, began(id, 600).await);
    let nameless = opened(&visitor(), id).await;
    let guest = visitor();
    let beat = json!({ "viewId": first, "watchTimeSeconds": 30, "position": 30 });
    track(&guest, "heartbeat", &beat).await.expect(200);
    let beat = json!({ "viewId": second, "watchTimeSeconds": 90 });
    track(&guest, "heartbeat", &beat).await.expect(200);
    let event = |view, kind: &str, millis: Option<u32>| {
        let mut event = json!({ "videoId": id, "viewId": view, "eventType": kind, "timestamp": 1 });
        if let Some(millis) = millis {
            event["durationMillis"] = json!(millis);
        }
        event
    };
    let events = [
        event(first, "startup", Some(100)),
        event(second, "startup", Some(400)),
        event(nameless, "startup", Some(300)),
        event(second, "rebuffer", Some(1500)),
        event(second, "rebuffer", Some(3500)),
        event(second, "complete", None),
        event(first, "seek", None),
    ];
    track(&guest, "event", &json!({ "events": events })).await.expect(200);
    crate::track::counted(id, "publicTotalWatchTime", 120).await;
    crate::track::counted(id, "publicViewCount", 3).await;
    let told = analytics(id, "").await;
    assert_eq!((&told["totalViews"], &told["uniqueViewers"]), (&json!(3), &json!(2)), "two views are one viewer's");
    assert_eq!((&told["totalWatchTimeSeconds"], &told["averageWatchTimeSeconds"]), (&json!(120), &json!(40.0)));
    assert_eq!((&told["completedViews"], &told["completionRate"]), (&json!(1), &json!(33.33)));
    let quality = json!({ "startupMillisAverage": 266.67, "startupMillisMedian": 300.0, "rebufferCount": 2,
        "rebufferSeconds": 5.0, "rebufferRatio": 0.04 });
    assert_eq!(told["quality"], quality);
    // The first viewer was at 20 to 30 s, the second from 0 to 90 s; a part has 15 s.
    let watched: Vec<u64> =
        told["retention"].as_array().unwrap().iter().map(|part| part["views"].as_u64().unwrap()).collect();
    assert_eq!(&watched[..7], [1, 2, 2, 1, 1, 1, 0]);
    assert_eq!(told["retention"][1]["share"], 66.67);
}

#[tokio::test]
async fn deployed_analytics_equal_a_plain_recomputation_over_the_raw_items() {
    let id = published_video().await;
    let hosts = [None, Some("https://a.example/x"), Some("https://b.example:8443/y"), Some("http://a.example/z")];
    // Around the end of summer time in Berlin, and two viewers who cannot be told apart.
    let mut views = Vec::new();
    for n in 0..150_u32 {
        let at: Timestamp = "2026-10-23T20:00:00Z".parse().unwrap();
        let who = if n % 11 == 0 { String::new() } else { format!("i:{}", n % 23) };
        views.push(Seen {
            who,
            at: at.plus_seconds(i64::from(n) * 1_777),
            watched: n * 7 % (DURATION + 1),
            completed: n % 3 == 0,
            referer: hosts[n as usize % 4],
            device: Device::ALL[n as usize % 6],
        });
    }
    seen(id, views).await;
    for (range, from, to) in [
        ("startDate=2026-10-25&endDate=2026-10-25&timezone=Europe/Berlin", "2026-10-24T22:00Z", "2026-10-25T23:00Z"),
        ("startDate=2026-10-24&endDate=2026-10-26&timezone=America/New_York", "2026-10-24T04:00Z", "2026-10-27T04:00Z"),
        ("startDate=2026-10-01&endDate=2026-11-20&timezone=Asia/Kolkata", "2026-09-30T18:30Z", "2026-11-20T18:30Z"),
        ("startDate=2026-10-24T10:00:00Z&endDate=2026-10-25T10:30:00Z", "2026-10-24T10:00Z", "2026-10-25T10:30Z"),
        ("startDate=2027-01-01&endDate=2027-01-01", "2027-01-01T00:00Z", "2027-01-02T00:00Z"),
    ] {
        let told = analytics(id, &format!("?{range}")).await;
        assert_eq!((&told["startDate"], &told["endDate"]), (&moment(from), &moment(to)), "{range}");
        let items = raw_items(id).await;
        let inside =
            |item: &&&Value| (moment(from).as_str()..moment(to).as_str()).contains(&item["createdAt"].as_str());
        let views: Vec<&Value> = of_kind(&items, "#VIEW").iter().filter(inside).copied().collect();
        check(&told, &views);
    }
}

fn moment(text: &str) -> Value {
    json!(text.replace('Z', ":00Z").parse::<Timestamp>().unwrap())
}

/// By the most obvious means there are.
fn check(told: &Value, views: &[&Value]) {
    let sum = |field: &str| views.iter().map(|view| view[field].as_u64().unwrap()).sum::<u64>();
    let watched = sum("watchTimeSeconds");
    let completed = views.iter().filter(|view| view["completed"] == true).count();
    let known: BTreeSet<&str> = views.iter().filter_map(|view| view["viewer"].as_str()).collect();
    let nameless = views.iter().filter(|view| view["viewer"].is_null()).count();
    assert_eq!(told["totalViews"], views.len());
    assert_eq!(told["uniqueViewers"], known.len() + nameless);
    assert_eq!((&told["totalWatchTimeSeconds"], &told["completedViews"]), (&json!(watched), &json!(completed)));
    let rate = if views.is_empty() { 0.0 } else { completed as f64 * 100.0 / views.len() as f64 };
    assert!((told["completionRate"].as_f64().unwrap() - rate).abs() < 0.01);
    let days = told["viewsByDay"].as_array().unwrap();
    assert_eq!(days.iter().map(|day| day["views"].as_u64().unwrap()).sum::<u64>(), views.len() as u64);
    let mut devices: BTreeMap<&str, usize> = BTreeMap::new();
    for view in views {
        *devices.entry(view["device"].as_str().unwrap()).or_default() += 1;
    }
    let named = told["devices"].as_array().unwrap().iter();
    assert_eq!(
        named
            .map(|entry| (entry["device"].as_str().unwrap(), entry["views"].as_u64().unwrap() as usize))
            .collect::<BTreeMap<_, _>>(),
        devices
    );
    let from = |host: &str| {
        views.iter().filter(|view| view["referer"].as_str().is_some_and(|page| page.contains(host))).count()
    };
    for entry in told["referrers"].as_array().unwrap() {
        let expected = match entry["referer"].as_str().unwrap() {
            "(direct)" => views.iter().filter(|view| view["referer"].is_null()).count(),
            host => from(host),
        };
        assert_eq!(entry["views"], expected, "{entry}");
    }
    for (part, entry) in told["retention"].as_array().unwrap().iter().enumerate() {
        let begin = f64::from(DURATION) / 20.0 * part as f64;
        let reached = views.iter().filter(|view| view["watchTimeSeconds"].as_f64().unwrap() > begin).count();
        assert_eq!(entry["views"], reached, "part {part}");
    }
}

#[tokio::test]
async fn a_table_of_the_same_numbers_is_safe_in_a_spreadsheet() {
    let id = published_with(|video| video.title = Some("=HYPERLINK(\"https://evil.example\"), \"x\"".to_owned())).await;
    let at = "2026-11-01T12:00:00Z";
    let view = Seen { referer: Some("https://news.example/a"), ..Seen::new("i:1", at, 42) };
    seen(id, vec![view]).await;
    let query = "?startDate=2026-11-01&endDate=2026-11-02&format=csv";
    let answer = api().call(Method::GET, &format!("{ANALYTICS}/{id}/analytics{query}")).await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-type").unwrap().starts_with("text/csv"));
    assert_eq!(answer.header("content-disposition").unwrap(), format!("attachment; filename=\"analytics-{id}.csv\""));
    let lines: Vec<&str> = answer.text.split("\r\n").collect();
    assert_eq!((lines[0], lines.last()), ("section,name,measure,value", Some(&"")));
    let title = "video,,title,\"'=HYPERLINK(\"\"https://evil.example\"\"), \"\"x\"\"\"";
    for line in [
        title,
        "range,,timezone,UTC",
        "total,,totalViews,1",
        "total,,uniqueViewers,1",
        "total,,totalWatchTimeSeconds,42",
        "total,,startupMillisMedian,",
        "day,2026-11-01,watchTimeSeconds,42",
        "day,2026-11-02,views,0",
        "retention,30 to 45 s,views,1",
        "retention,45 to 60 s,share,0",
        "referrer,news.example,views,1",
        "device,desktop,views,1",
    ] {
        assert!(lines.contains(&line), "{line} is not in {}", answer.text);
    }
    assert!(lines.iter().all(|line| !line.contains('\n') && !line.starts_with(['=', '+', '-', '@'])));
}

#[tokio::test]
async fn admins_of_each_kind_may_ask_and_bad_questions_are_refused() {
    let id = published_with(|video| video.published = false).await;
    for role in [Role::MapAdmin, Role::InfluenceAdmin, Role::SuperAdmin] {
        Api::of(role).get(&format!("{ANALYTICS}/{id}/analytics")).await;
    }
    let ask = async |query: &str| api().call(Method::GET, &format!("{ANALYTICS}/{id}/analytics?{query}")).await;
    for (query, field) in [
        ("startDate=2026-13-01", "startDate"),
        ("startDate=yesterday", "startDate"),
        ("endDate=2026-02-30", "endDate"),
        ("startDate=2026-03-02&endDate=2026-03-01", "endDate"),
        ("startDate=1990-01-01", "startDate"),
        ("timezone=Mars/Olympus", "timezone"),
        ("timezone=", "timezone"),
        ("format=xml", "format"),
    ] {
        let refused = ask(query).await.expect_error(400, "invalid_request");
        assert!(refused["fields"][field].is_string(), "{query}: {refused}");
    }
    ask("start=2026-01-01").await.expect_error(400, "invalid_request");
    api().call(Method::GET, &format!("{ANALYTICS}/7/analytics")).await.expect_error(400, "invalid_request");
    let unknown = format!("{ANALYTICS}/{}/analytics", VideoId::generate());
    for path in [unknown.clone(), format!("{unknown}/viewers")] {
        let answer = api().call(Method::GET, &path).await;
        answer.expect_sentence(404, "not_found", "There is no such video.");
    }
    for path in [format!("{unknown}/aggregate"), unknown.replace("analytics", "reset-analytics")] {
        let answer = api().call(Method::POST, &path).await;
        answer.expect_sentence(404, "not_found", "There is no such video.");
    }
    let answers = join_all((0..2).map(|_| stored_nothing(id))).await;
    assert_eq!(answers, [0, 0], "asking stores nothing");
}

async fn stored_nothing(id: VideoId) -> usize {
    raw_items(id).await.len()
}

#[tokio::test]
async fn a_view_that_is_told_of_in_pieces_is_one_view() {
    let (id, anna) = (published_video().await, visitor());
    let view = opened(&anna, id).await;
    track(&anna, "view", &json!({ "videoId": id })).await.expect(200);
    track(&anna, "event", &json!({ "videoId": id, "eventType": "complete", "timestamp": 300 })).await.expect(200);
    assert!(stored(view).await.completed);
    crate::track::counted(id, "publicCompletionCount", 1).await;
    let told = analytics(id, "").await;
    assert_eq!(
        (&told["totalViews"], &told["uniqueViewers"], &told["completionRate"]),
        (&json!(1), &json!(1), &json!(100.0))
    );
}
