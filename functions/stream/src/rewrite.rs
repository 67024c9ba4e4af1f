/// What a name under `/stream/hls/{id}/` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The master playlist: its URIs are playlists, which are routes.
    Master,
    /// A media playlist: its URIs are segments, which are objects.
    Media,
    /// Thumbnails in WebVTT: its URIs are an image, which is an object.
    Storyboard,
}

impl Kind {
    /// The kind of a playlist by its name; nothing for names that are no playlist's.
    pub(crate) fn of(name: &str) -> Option<Self> {
        if name == "master.m3u8" {
            return Some(Self::Master);
        }
        let (stem, extension) = name.split_once('.')?;
        let plain = !stem.is_empty() && stem.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        match extension {
            "m3u8" if plain => Some(Self::Media),
            "vtt" if plain => Some(Self::Storyboard),
            _ => None,
        }
    }

    pub(crate) const fn content_type(self) -> &'static str {
        match self {
            Self::Master | Self::Media => "application/vnd.apple.mpegurl",
            Self::Storyboard => "text/vtt; charset=utf-8",
        }
    }
}

/// The text with every relative URI made one that works by itself: playlists with `token`, objects by `sign`.
pub(crate) fn rewrite(kind: Kind, text: &str, token: Option<&str>, sign: impl Fn(&str) -> String) -> String {
    let uri = |relative: &str| match (kind, token) {
        (Kind::Master, Some(token)) => format!("{relative}?token={token}"),
        (Kind::Master, None) => relative.to_owned(),
        (Kind::Media | Kind::Storyboard, _) => match relative.split_once('#') {
            Some((file, fragment)) => format!("{}#{fragment}", sign(file)),
            None => sign(relative),
        },
    };
    let mut out = String::with_capacity(text.len() * 4);
    for line in text.lines() {
        match kind {
            Kind::Storyboard if line.contains("#xywh=") => out.push_str(&uri(line)),
            Kind::Storyboard => out.push_str(line),
            Kind::Master | Kind::Media if line.starts_with('#') => push_tag(&mut out, line, |relative| uri(relative)),
            Kind::Master | Kind::Media if line.is_empty() => {}
            Kind::Master | Kind::Media => out.push_str(&uri(line)),
        }
        out.push('\n');
    }
    out
}

/// A tag with its `URI="…"` attribute rewritten, if it has one (RFC 8216 §4.2).
fn push_tag(out: &mut String, line: &str, uri: impl FnOnce(&str) -> String) {
    const ATTRIBUTE: &str = "URI=\"";
    let parts = line.split_once(ATTRIBUTE).and_then(|(head, rest)| Some((head, rest.split_once('"')?)));
    let Some((head, (relative, tail))) = parts else { return out.push_str(line) };
    out.push_str(head);
    out.push_str(ATTRIBUTE);
    out.push_str(&uri(relative));
    out.push('"');
    out.push_str(tail);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_playlists_have_a_kind() {
        assert_eq!(Kind::of("master.m3u8"), Some(Kind::Master));
        assert_eq!(Kind::of("1080p.m3u8"), Some(Kind::Media));
        assert_eq!(Kind::of("storyboard.vtt"), Some(Kind::Storyboard));
        for name in ["", "master", "poster.jpg", "../v1/720p.m3u8", "720p.m3u8.bak", ".m3u8", "A.m3u8", "plan.json"] {
            assert_eq!(Kind::of(name), None, "{name}");
        }
    }

    #[test]
    fn a_master_playlists_children_carry_the_token() {
        let text = "#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,URI=\"audio.m3u8\",NAME=\"a\"\n#EXT-X-STREAM-INF:X=1\n720p.m3u8\n";
        let signed = |_: &str| -> String { panic!("a master playlist has no objects") };
        assert_eq!(
            rewrite(Kind::Master, text, Some("T"), signed),
            "#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,URI=\"audio.m3u8?token=T\",NAME=\"a\"\n#EXT-X-STREAM-INF:X=1\n720p.m3u8?token=T\n"
        );
        assert_eq!(rewrite(Kind::Master, text, None, signed), text);
    }

    #[test]
    fn a_media_playlists_segments_and_a_storyboards_images_are_signed() {
        let sign = |file: &str| format!("https://s3/{file}?sig");
        let media =
            "#EXTM3U\n#EXT-X-MAP:URI=\"segments/720p_init.mp4\"\n#EXTINF:4,\nsegments/720p_00000.m4s\n#EXT-X-ENDLIST\n";
        assert_eq!(
            rewrite(Kind::Media, media, Some("T"), sign),
            "#EXTM3U\n#EXT-X-MAP:URI=\"https://s3/segments/720p_init.mp4?sig\"\n#EXTINF:4,\nhttps://s3/segments/720p_00000.m4s?sig\n#EXT-X-ENDLIST\n"
        );
        let vtt = "WEBVTT\n\n00:00.000 --> 00:04.000\nstoryboard.jpg#xywh=0,0,160,90\n";
        assert_eq!(
            rewrite(Kind::Storyboard, vtt, None, sign),
            "WEBVTT\n\n00:00.000 --> 00:04.000\nhttps://s3/storyboard.jpg?sig#xywh=0,0,160,90\n"
        );
    }
}
