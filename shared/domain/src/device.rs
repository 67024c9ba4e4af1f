use crate::closed_set::closed_set;

closed_set! {
    /// The kind of device that somebody watches on, as far as its user agent tells.
    Device {
        /// A computer.
        Desktop = "desktop",
        /// A telephone.
        Mobile = "mobile",
        /// A tablet.
        Tablet = "tablet",
        /// A television or a box beside it.
        Tv = "tv",
        /// A crawler or a script.
        Bot = "bot",
        /// No user agent, or one that says nothing.
        Unknown = "unknown",
    }
}

/// Words of user agents, each with the kind it tells of; the first one that is found counts.
const WORDS: [(&str, Device); 24] = [
    ("bot", Device::Bot),
    ("crawler", Device::Bot),
    ("spider", Device::Bot),
    ("curl/", Device::Bot),
    ("python", Device::Bot),
    ("smart-tv", Device::Tv),
    ("smarttv", Device::Tv),
    ("appletv", Device::Tv),
    ("googletv", Device::Tv),
    ("android tv", Device::Tv),
    ("hbbtv", Device::Tv),
    ("roku", Device::Tv),
    ("tizen", Device::Tv),
    ("web0s", Device::Tv),
    ("ipad", Device::Tablet),
    ("tablet", Device::Tablet),
    ("kindle", Device::Tablet),
    ("iphone", Device::Mobile),
    ("mobile", Device::Mobile),
    ("android", Device::Tablet),
    ("windows", Device::Desktop),
    ("macintosh", Device::Desktop),
    ("cros", Device::Desktop),
    ("linux", Device::Desktop),
];

/// The most characters that are kept of a user agent.
const MAX_AGENT: usize = 200;
/// The most characters that are kept of where a viewer came from.
const MAX_REFERER: usize = 500;

impl Device {
    /// The kind of device with this user agent.
    pub fn of(user_agent: &str) -> Self {
        let text = user_agent.to_lowercase();
        WORDS.iter().find(|(word, _)| text.contains(word)).map_or(Self::Unknown, |&(_, device)| device)
    }
}

/// A user agent without version numbers, which make people recognisable, and no longer than 200 characters.
pub fn trim_user_agent(text: &str) -> String {
    let mut trimmed = String::new();
    let mut rest = text;
    while let Some(slash) = rest.find('/') {
        let version = rest[slash + 1..].trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let has_version = version.len() < rest.len() - slash - 1;
        trimmed.push_str(&rest[..if has_version { slash } else { slash + 1 }]);
        rest = version;
    }
    trimmed.push_str(rest);
    trimmed.chars().filter(|c| !c.is_control()).take(MAX_AGENT).collect()
}

/// The page that somebody came from without its query and fragment, which can tell who it was; nothing when it is no web
/// address.
pub fn trim_referer(text: &str) -> Option<String> {
    let text = text.trim();
    let (scheme, rest) = text.split_once("://")?;
    if !["http", "https"].contains(&scheme.to_ascii_lowercase().as_str()) || rest.chars().any(char::is_control) {
        return None;
    }
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    // What stands before an @ are credentials.
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host).to_ascii_lowercase();
    if host.is_empty() {
        return None;
    }
    let path = &path[..path.find(['?', '#']).unwrap_or(path.len())];
    Some(format!("{}://{host}{path}", scheme.to_ascii_lowercase()).chars().take(MAX_REFERER).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_told_from_user_agents() {
        for (agent, device) in [
            ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36", Device::Desktop),
            ("Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/126.0 Mobile Safari", Device::Mobile),
            ("Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 Chrome/126.0 Safari", Device::Tablet),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X)", Device::Mobile),
            ("Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X)", Device::Tablet),
            ("Mozilla/5.0 (SMART-TV; LINUX; Tizen 7.0)", Device::Tv),
            ("Mozilla/5.0 (compatible; Googlebot/2.1)", Device::Bot),
            ("curl/8.5.0", Device::Bot),
            ("", Device::Unknown),
        ] {
            assert_eq!(Device::of(agent), device, "{agent}");
        }
    }

    #[test]
    fn versions_are_taken_off_user_agents() {
        assert_eq!(trim_user_agent("Mozilla/5.0 (X11) Gecko/20100101 Firefox/127.0"), "Mozilla (X11) Gecko Firefox");
        assert_eq!(trim_user_agent("a/b/1.2.3x"), "a/bx");
        assert_eq!(trim_user_agent("/"), "/");
        assert_eq!(trim_user_agent(&"ä/1".repeat(300)).chars().count(), 200);
    }

    #[test]
    fn referers_lose_what_can_tell_who_it_was() {
        assert_eq!(trim_referer("https://user:pw@News.example/a?q=1#x").as_deref(), Some("https://news.example/a"));
        assert_eq!(trim_referer("https://news.example?q=1").as_deref(), Some("https://news.example"));
        assert_eq!(trim_referer("HTTP://x/ü").as_deref(), Some("http://x/ü"));
        for text in ["", "javascript:alert(1)", "https://", "file:///etc/passwd", "https://a\nb/"] {
            assert_eq!(trim_referer(text), None, "{text}");
        }
        assert_eq!(trim_referer(&format!("https://x/{}", "y".repeat(999))).map(|text| text.len()), Some(500));
    }
}
