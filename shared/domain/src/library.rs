//! The words of the library: directory types, orientations, quality classes.

use crate::closed_set::closed_set;

closed_set! {
    /// Where in the library a video lies (spec: video library, "Directory Types Enum").
    DirectoryType {
        /// By producer, with subfolders.
        Studios = "studios",
        /// Short loops.
        Gifs = "gifs",
        /// Never public.
        Private = "private",
        /// Where uploads arrive; never public.
        Inbox = "inbox",
        /// Hand-picked.
        Curated = "curated",
        /// Encoded for the web.
        Playback = "playback",
        /// Joined from several.
        Compilations = "compilations",
        /// The main library.
        Videos = "videos",
        /// Best moments.
        Highlights = "highlights",
    }
}

closed_set! {
    /// The shape of the picture.
    Orientation {
        /// Higher than wide.
        Portrait = "portrait",
        /// Wider than high.
        Landscape = "landscape",
        /// About as wide as high.
        Square = "square",
    }
}

closed_set! {
    /// The class of lines.
    Quality {
        /// Below 720 lines.
        Sd = "SD",
        /// 720 lines and more.
        Hd = "HD",
        /// 1080 lines and more.
        Fhd = "FHD",
        /// 2160 lines and more.
        Uhd = "UHD",
    }
}

impl DirectoryType {
    /// Whether what lies here may ever be published.
    pub const fn is_public_eligible(self) -> bool {
        !matches!(self, Self::Private | Self::Inbox)
    }
}

impl Orientation {
    /// The shape of a picture as shown: a ratio above 1.1 is landscape, one below 0.9 portrait.
    pub fn of(width: u32, height: u32) -> Self {
        let (width, height) = (u64::from(width), u64::from(height));
        if width * 10 > height * 11 {
            Self::Landscape
        } else if width * 10 < height * 9 {
            Self::Portrait
        } else {
            Self::Square
        }
    }
}

impl Quality {
    /// The class of a picture as shown. Its short side counts: a phone's upright 1080 × 1920 has 1080 lines when turned.
    pub fn of(width: u32, height: u32) -> Self {
        match width.min(height) {
            2160.. => Self::Uhd,
            1080.. => Self::Fhd,
            720.. => Self::Hd,
            _ => Self::Sd,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_and_classes_follow_the_specs_limits() {
        let shape = |width, height| (Orientation::of(width, height), Quality::of(width, height));
        assert_eq!(shape(1920, 1080), (Orientation::Landscape, Quality::Fhd));
        assert_eq!(shape(1080, 1920), (Orientation::Portrait, Quality::Fhd));
        assert_eq!(shape(1100, 1000), (Orientation::Square, Quality::Hd));
        assert_eq!(shape(1101, 1000), (Orientation::Landscape, Quality::Hd));
        assert_eq!(shape(900, 1000), (Orientation::Square, Quality::Hd));
        assert_eq!(shape(899, 1000), (Orientation::Portrait, Quality::Hd));
        assert_eq!(shape(1280, 719).1, Quality::Sd);
        assert_eq!(shape(3840, 2160).1, Quality::Uhd);
    }

    #[test]
    fn names_read_back_and_unknown_ones_say_which_there_are() {
        for kind in DirectoryType::ALL {
            assert_eq!(kind.as_str().parse(), Ok(*kind));
        }
        let error = "sd".parse::<Quality>().unwrap_err();
        assert_eq!(error.to_string(), "Use one of: SD, HD, FHD, UHD.");
    }
}
