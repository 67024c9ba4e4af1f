//! A library made from a seed: Zipf-distributed words with a long tail, several scripts, names of files as people and
//! cameras give them.

use framehouse_catalog::{DirectoryType, Entry, Orientation, Quality};
use uuid::Uuid;

/// `SplitMix64`.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }
}

/// Values drawn by Zipf's law: the nth as often as 1/n of the first.
pub(crate) struct Zipf {
    values: Vec<String>,
    cumulated: Vec<f64>,
}

impl Zipf {
    fn new(values: Vec<String>) -> Self {
        let mut sum = 0.0;
        let cumulated = (0..values.len())
            .map(|i| {
                sum += 1.0 / (i as f64 + 2.7);
                sum
            })
            .collect();
        Self { values, cumulated }
    }

    fn draw(&self, random: &mut Random) -> &str {
        let point = random.unit() * self.cumulated.last().copied().unwrap_or(0.0);
        let place = self.cumulated.partition_point(|&c| c < point);
        &self.values[place.min(self.values.len() - 1)]
    }
}

const COMMON: &str = "the of and in to a for with on summer night how best live new at from music city day show by my \
    world first official last full making love tour part final season highlights interview home water behind scenes \
    great street winter dance test road red under story café one light river morning early review garden it's señor \
    mountain training game short game's production élan kitchen naïve what's piñata young little big über people";
const ONSETS: &[&str] = &[
    "b", "br", "c", "ch", "d", "dr", "f", "g", "gr", "h", "j", "k", "l", "m", "n", "p", "pl", "qu", "r", "s", "sh",
    "st", "str", "t", "th", "tr", "v", "w", "y", "z", "",
];
const VOWELS: &[&str] = &["a", "e", "i", "o", "u", "ai", "ea", "ou", "ie", "é", "ö"];
const CODAS: &[&str] = &["", "", "n", "r", "s", "t", "l", "m", "ng", "nd", "ck", "st", "rd", "x"];
const CYRILLIC: &[&str] =
    &["мо", "ва", "ле", "ни", "ки", "ро", "за", "те", "ло", "ста", "при", "ёж", "ка", "но", "вый"];
const KANA: &[&str] =
    &["東", "京", "ガ", "ル", "夜", "の", "祭", "り", "山", "川", "花", "火", "大", "阪", "猫", "空", "海"];
const GREEK: &[&str] = &["κα", "λη", "μέ", "ρα", "θά", "λασ", "σα", "νη", "σί", "ος"];

fn word(random: &mut Random, syllables: u64) -> String {
    let mut word = String::new();
    for _ in 0..syllables {
        let vowels = if random.percent(96) { &VOWELS[..9] } else { VOWELS };
        word.push_str(random.of(ONSETS));
        word.push_str(random.of(vowels));
        if random.percent(60) {
            word.push_str(random.of(CODAS));
        }
    }
    word
}

fn vocabulary(random: &mut Random, size: usize) -> Vec<String> {
    let mut words: Vec<String> = COMMON.split_whitespace().map(str::to_owned).collect();
    while words.len() < size {
        let syllables = 1 + random.below(3) + u64::from(words.len() > 2_000);
        words.push(word(random, syllables));
    }
    words
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// What entries are drawn from.
pub(crate) struct Library {
    random: Random,
    words: Zipf,
    producers: Zipf,
    creators: Zipf,
    tags: Zipf,
    time: u64,
}

impl Library {
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Random(seed);
        let words = vocabulary(&mut random, 60_000);
        let name = |random: &mut Random, kinds: &[&str]| {
            let syllables = 1 + random.below(3);
            let first = capitalized(&word(random, syllables));
            format!("{first} {}", random.of(kinds))
        };
        let producers = (0..5_000).map(|_| name(&mut random, &["Studio", "Films", "Média", "Pictures", "TV", "& Co."]));
        let producers = Zipf::new(producers.collect());
        let creators = (0..40_000).map(|_| {
            let last = capitalized(&word(&mut random, 3));
            name(&mut random, &[last.as_str()])
        });
        let creators = Zipf::new(creators.collect());
        let tags = Zipf::new(words.iter().filter(|w| w.len() > 3).take(2_000).cloned().collect());
        Self { random, words: Zipf::new(words), producers, creators, tags, time: 1_700_000_000_000 }
    }

    pub(crate) fn entry(&mut self) -> Entry {
        self.time += 1 + self.random.below(60_000);
        let created_at = self.time;
        let mut id = [0; 16];
        id[..6].copy_from_slice(&created_at.to_be_bytes()[2..]);
        id[6..14].copy_from_slice(&self.random.next().to_be_bytes());
        id[14..].copy_from_slice(&self.random.next().to_be_bytes()[..2]);
        id[6] = id[6] & 0xf | 0x70;
        id[8] = id[8] & 0x3f | 0x80;
        let random = &mut self.random;
        let producer = if random.percent(85) { self.producers.draw(random).to_owned() } else { String::new() };
        let creator = if random.percent(70) { self.creators.draw(random).to_owned() } else { String::new() };
        let title = self.title();
        let directory_type = self.random.of(&[
            DirectoryType::Videos,
            DirectoryType::Videos,
            DirectoryType::Videos,
            DirectoryType::Studios,
            DirectoryType::Studios,
            DirectoryType::Inbox,
            DirectoryType::Private,
            DirectoryType::Gifs,
            DirectoryType::Curated,
            DirectoryType::Playback,
            DirectoryType::Compilations,
            DirectoryType::Highlights,
        ]);
        let filename = self.filename(&title);
        let random = &mut self.random;
        let folder = match directory_type {
            DirectoryType::Studios if !producer.is_empty() => format!("{}/", slug(&producer, '-')),
            DirectoryType::Videos if random.percent(50) => {
                format!("{}/{:02}/", 2_015 + random.below(11), 1 + random.below(12))
            }
            _ => String::new(),
        };
        let (width, height) =
            random.of(&[(1920, 1080), (1920, 1080), (1280, 720), (3840, 2160), (1080, 1920), (640, 480), (1080, 1080)]);
        let lines = u16::min(width, height);
        let duration = (random.unit() * 9.0).exp() as u32 + 2;
        let known = random.percent(97);
        let tags = random.below(6);
        let category = if random.percent(30) { random.of(&["highlights", "curated", "news", "sports"]) } else { "" };
        let published = random.percent(10);
        let published_at = published.then(|| created_at + random.below(30 * 24 * 60 * 60 * 1_000));
        // A few that left the gallery keep what they had.
        let views = if published || random.percent(2) { (random.unit().powi(6) * 100_000.0) as u32 } else { 0 };
        let share = |random: &mut Random, least: f64, most: f64| least + (most - least) * random.unit();
        let upvotes = (f64::from(views) * share(random, 0.0, 0.05)) as u32;
        let comments = (f64::from(views) * share(random, 0.0, 0.01)) as u32;
        let completions = (f64::from(views) * share(random, 0.1, 0.5)) as u32;
        let watch_time = (f64::from(views) * f64::from(duration) * share(random, 0.2, 0.8)) as u64;
        Entry {
            id: Uuid::from_bytes(id),
            tags: (0..tags.min(4)).map(|_| self.tags.draw(random).to_owned()).collect(),
            path: format!("{}/{folder}{filename}", directory_type.as_str()),
            title,
            producer,
            creator,
            filename,
            directory_type,
            orientation: known.then_some(match width.cmp(&height) {
                std::cmp::Ordering::Less => Orientation::Portrait,
                std::cmp::Ordering::Equal => Orientation::Square,
                std::cmp::Ordering::Greater => Orientation::Landscape,
            }),
            quality: known.then_some(match lines {
                0..720 => Quality::Sd,
                720..1080 => Quality::Hd,
                1080..2160 => Quality::Fhd,
                _ => Quality::Uhd,
            }),
            has_audio: random.percent(85),
            is_valid: random.percent(94),
            published,
            locked: random.percent(3),
            category: category.to_owned(),
            duration_seconds: known.then_some(duration),
            file_size: known
                .then(|| u64::from(duration) * u64::from(lines) * (200 + random.below(600)) + random.below(1_000)),
            width: known.then_some(width),
            height: known.then_some(height),
            created_at,
            changed_at: if random.percent(60) { created_at } else { created_at + random.below(40_000_000) },
            views,
            upvotes,
            comments,
            completions,
            watch_time,
            published_at,
        }
    }

    fn title(&mut self) -> String {
        let random = &mut self.random;
        let foreign = match random.below(100) {
            0..4 => Some((CYRILLIC, " ")),
            4..6 => Some((KANA, "")),
            6..7 => Some((GREEK, " ")),
            _ => None,
        };
        let mut title = String::new();
        if let Some((syllables, space)) = foreign {
            for i in 0..2 + random.below(4) {
                title.push_str(if i > 0 { space } else { "" });
                for _ in 0..=random.below(4) {
                    title.push_str(random.of(syllables));
                }
            }
            return capitalized(&title);
        }
        for i in 0..2 + random.below(7) {
            if i > 0 {
                title.push_str(match random.below(100) {
                    0..5 => " - ",
                    5..8 => ": ",
                    8..10 => ", ",
                    10 => " & ",
                    _ => " ",
                });
            }
            match random.below(100) {
                0..3 => title.push_str(&random.below(2_030).to_string()),
                3..7 => {
                    let rare = word(random, 4);
                    title.push_str(&capitalized(&rare));
                }
                _ => {
                    let drawn = self.words.draw(random);
                    title.push_str(&if i == 0 || random.percent(40) { capitalized(drawn) } else { drawn.to_owned() });
                }
            }
        }
        match random.below(100) {
            0..2 => title.push_str(" (Live)"),
            2..4 => title.push('!'),
            4 => title.push_str(" 100%"),
            _ => {}
        }
        title
    }

    fn filename(&mut self, title: &str) -> String {
        let random = &mut self.random;
        let extension = random.of(&[".mp4", ".mp4", ".mp4", ".mp4", ".mov", ".mkv", ".webm", ".MP4"]);
        match random.below(100) {
            0..60 => {
                let separator = random.of(&['-', '-', '_', ' ', '.']);
                let part: String = title.chars().take(24).collect();
                format!("{}{extension}", slug(&part, separator))
            }
            60..85 => format!(
                "{}_20{:02}{:02}{:02}_{:06}{extension}",
                random.of(&["IMG", "VID", "DJI", "PXL"]),
                15 + random.below(11),
                1 + random.below(12),
                1 + random.below(28),
                random.below(240_000)
            ),
            _ => format!("{:08x}{extension}", random.next() as u32),
        }
    }
}

fn slug(text: &str, separator: char) -> String {
    let mut slug = String::new();
    for c in text.chars() {
        if c.is_alphanumeric() {
            slug.extend(c.to_lowercase());
        } else if !slug.ends_with(separator) {
            slug.push(separator);
        }
    }
    slug.trim_matches(separator).to_owned()
}
