use serde_json::{Value, json};

use super::*;

fn video_stream_json() -> Value {
    json!({
        "index": 0, "codec_type": "video", "codec_name": "h264", "codec_tag_string": "avc1",
        "profile": "High", "level": 40, "width": 1920, "height": 1080,
        "sample_aspect_ratio": "1:1", "pix_fmt": "yuv420p", "field_order": "progressive",
        "r_frame_rate": "24/1", "avg_frame_rate": "24/1", "start_time": "0.000000",
        "duration": "30.000000", "bit_rate": "5860270", "disposition": {"default": 1, "attached_pic": 0},
    })
}

fn audio_stream_json() -> Value {
    json!({"index": 1, "codec_type": "audio", "codec_name": "aac", "channels": 6,
        "start_time": "0.000000", "duration": "30.022000", "disposition": {"default": 1}})
}

fn parse_streams(streams: &[Value]) -> Result<Source, Rejected> {
    let report = json!({"streams": streams, "format": {"start_time": "0.000000", "duration": "30.022000"}});
    parse(Container::Mov, report.to_string().as_bytes())
}

fn with(changes: &Value) -> Result<Source, Rejected> {
    let mut stream = video_stream_json();
    for (key, value) in changes.as_object().unwrap() {
        stream[key] = value.clone();
    }
    parse_streams(&[stream, audio_stream_json()])
}

fn size(changes: &Value) -> (u32, u32) {
    let video = with(changes).unwrap().video;
    (video.width, video.height)
}

#[test]
fn a_plain_clip_is_read() {
    let source = with(&json!({})).unwrap();
    assert_eq!((source.video.width, source.video.height), (1920, 1080));
    assert_eq!(source.video.rate.to_string(), "24/1");
    assert!((source.duration - 30.0).abs() < 1e-9);
    assert_eq!(source.audio.unwrap().channels, 6);
    assert!(!source.video.variable_rate && !source.video.interlaced);
}

#[test]
fn sizes_are_those_shown() {
    assert_eq!(size(&json!({"side_data_list": [{"rotation": -90}]})), (1080, 1920));
    assert_eq!(size(&json!({"tags": {"rotate": "90"}})), (1080, 1920));
    assert_eq!(size(&json!({"side_data_list": [{"side_data_type": "x"}, {"rotation": 180}]})), (1920, 1080));
    let anamorphic = json!({"width": 720, "height": 576, "sample_aspect_ratio": "64:45"});
    assert_eq!(size(&anamorphic), (1024, 576));
    let narrow = json!({"width": 720, "height": 480, "sample_aspect_ratio": "8:9"});
    assert_eq!(size(&narrow), (720, 540), "the short side grows rather than the long one shrinks");
    assert_eq!(size(&json!({"sample_aspect_ratio": "0:1"})), (1920, 1080));
    assert_eq!(size(&json!({"sample_aspect_ratio": "N/A"})), (1920, 1080));
}

#[test]
fn cover_art_is_not_a_video() {
    let mut cover = video_stream_json();
    cover["disposition"]["attached_pic"] = json!(1);
    assert_eq!(parse_streams(&[cover.clone(), audio_stream_json()]), Err(Rejected::AudioOnly));
    let mut second = video_stream_json();
    second["index"] = json!(2);
    let source = parse_streams(&[cover, audio_stream_json(), second]).unwrap();
    assert_eq!(source.video.index, 2);
}

#[test]
fn what_can_never_play_is_refused() {
    assert_eq!(parse_streams(&[audio_stream_json()]), Err(Rejected::AudioOnly));
    assert_eq!(parse_streams(&[]), Err(Rejected::NoVideo));
    let flood = with(&json!({"width": 60000, "height": 60000})).unwrap_err();
    assert!(flood.to_string().contains("60000x60000"), "{flood}");
    assert!(with(&json!({"avg_frame_rate": "90000/1"})).unwrap_err().to_string().contains("frame rate"));
    assert!(with(&json!({"duration": "9000000.0"})).unwrap_err().to_string().contains("hours"));
    assert_eq!(with(&json!({"codec_name": null})).unwrap_err(), Rejected::UnknownCodec("avc1".into()));
    let streams = vec![audio_stream_json(); 65];
    assert!(parse_streams(&streams).unwrap_err().to_string().contains("streams"));
    assert!(matches!(parse(Container::Avi, b"{"), Err(Rejected::Unreadable { .. })));
    let empty = json!({"streams": [{"index": 0, "codec_type": "video", "codec_name": "h264",
        "width": 2, "height": 2}], "format": {}});
    assert_eq!(parse(Container::Mov, empty.to_string().as_bytes()), Err(Rejected::NoDuration));
}

#[test]
fn durations_come_from_the_track_its_tag_or_the_file() {
    let tagged = with(&json!({"duration": null, "tags": {"DURATION": "00:01:05.280000000"}})).unwrap();
    assert!((tagged.duration - 65.28).abs() < 1e-9);
    let untold = with(&json!({"duration": "N/A"})).unwrap();
    assert!((untold.duration - 30.022).abs() < 1e-9);
    let late = with(&json!({"start_time": "0.500000"})).unwrap();
    assert!((late.duration - 30.5).abs() < 1e-9);
}

#[test]
fn hdr_interlacing_and_silence_are_noticed() {
    let hdr = with(&json!({"color_transfer": "smpte2084", "pix_fmt": "yuv420p10le"})).unwrap();
    assert_eq!(hdr.video.hdr_transfer.as_deref(), Some("smpte2084"));
    assert!(with(&json!({"field_order": "tt"})).unwrap().video.interlaced);
    assert!(parse_streams(&[video_stream_json()]).unwrap().audio.is_none());
}

#[test]
fn the_demuxer_and_protocols_are_pinned() {
    let arguments = arguments(Container::Matroska, "https://bucket/key").join(" ");
    assert!(arguments.contains("-protocol_whitelist http,https,tcp,tls"));
    assert!(arguments.contains("-format_whitelist matroska -f matroska -i https://bucket/key"));
}
