//! Which renditions a source gets.

use serde::{Deserialize, Serialize};

/// One rendition: a size and its bit-rate cap. Named by its short side (pitfall 22).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rung {
    /// `1080p`; for portrait video the width is the short side.
    pub name: String,
    /// Pixels across, even.
    pub width: u32,
    /// Pixels down, even.
    pub height: u32,
    /// Cap of the video's bit rate, in kbit/s.
    pub maxrate: u32,
    /// Size of the encoder's rate buffer, in kbit.
    pub bufsize: u32,
}

/// Short side and cap in kbit/s, tallest first: the whole ladder.
pub const LADDER: [(u32, u32); 6] =
    [(2160, 16_000), (1440, 9_000), (1080, 5_000), (720, 2_800), (480, 1_400), (360, 800)];

/// A standard rung at most this far below the source stands in for one of the source's own size.
const CLOSE: f64 = 0.9;

/// The rungs for a video shown at `width` × `height`, tallest first, never above the source.
pub fn rungs(width: u32, height: u32) -> Vec<Rung> {
    let short = width.min(height);
    let mut sides: Vec<u32> = LADDER.iter().map(|&(side, _)| side).filter(|&side| side <= short).collect();
    let top = sides.first().copied().unwrap_or(0);
    let tallest = LADDER[0].0;
    if short < tallest && f64::from(top) < f64::from(short) * CLOSE {
        sides.insert(0, even_down(short));
    }
    sides.iter().map(|&side| rung(width, height, side)).collect()
}

/// The rung whose short side is `side`, in the shape of `width` × `height`.
fn rung(width: u32, height: u32, side: u32) -> Rung {
    let (short, long) = (width.min(height), width.max(height));
    let long = if side == even_down(short) {
        even_down(long)
    } else {
        even_nearest(f64::from(long) * f64::from(side) / f64::from(short))
    };
    let maxrate = cap(side);
    Rung {
        name: format!("{side}p"),
        width: if width <= height { side } else { long },
        height: if width <= height { long } else { side },
        maxrate,
        bufsize: maxrate * 3 / 2,
    }
}

/// The cap for any short side: the table's, or a straight line between its neighbours.
fn cap(side: u32) -> u32 {
    let (lowest, lowest_cap) = LADDER[LADDER.len() - 1];
    if side <= lowest {
        return (lowest_cap * side / lowest).max(150);
    }
    LADDER.windows(2).find(|pair| side >= pair[1].0).map_or(LADDER[0].1, |pair| {
        let ((above, above_cap), (below, below_cap)) = (pair[0], pair[1]);
        let side = side.min(above);
        below_cap + (above_cap - below_cap) * (side - below) / (above - below)
    })
}

/// H.264 4:2:0 needs even sides; two is the least.
fn even_down(side: u32) -> u32 {
    (side & !1).max(2)
}

fn even_nearest(side: f64) -> u32 {
    ((side / 2.0).round() as u32 * 2).max(2)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(width: u32, height: u32) -> String {
        let list: Vec<_> = rungs(width, height)
            .iter()
            .map(|rung| format!("{} {}x{} {}", rung.name, rung.width, rung.height, rung.maxrate))
            .collect();
        list.join(", ")
    }

    #[test]
    fn common_sizes() {
        assert_eq!(names(1920, 1080), "1080p 1920x1080 5000, 720p 1280x720 2800, 480p 854x480 1400, 360p 640x360 800");
        assert_eq!(names(1080, 1920), "1080p 1080x1920 5000, 720p 720x1280 2800, 480p 480x854 1400, 360p 360x640 800");
        assert_eq!(names(640, 272), "272p 640x272 604");
        assert_eq!(names(1024, 576), "576p 1024x576 1960, 480p 854x480 1400, 360p 640x360 800");
        assert_eq!(names(3840, 2160).split(", ").count(), 6);
        assert_eq!(names(7680, 4320), names(3840, 2160), "nothing above 2160");
    }

    #[test]
    fn between_rungs_the_top_is_the_sources_own_unless_one_is_close() {
        assert!(names(1920, 816).starts_with("816p 1920x816"), "{}", names(1920, 816));
        assert!(names(1920, 1088).starts_with("1080p 1906x1080 5000, 720p"), "{}", names(1920, 1088));
        assert!(names(853, 479).starts_with("478p 852x478"), "{}", names(853, 479));
        assert_eq!(names(1, 1), "2p 2x2 150");
    }

    proptest! {
        #[test]
        fn rungs_are_even_falling_and_never_above_the_source(width in 2u32..8192, height in 2u32..4320) {
            let rungs = rungs(width, height);
            prop_assert!(!rungs.is_empty());
            prop_assert!(rungs.windows(2).all(|pair| pair[0].maxrate > pair[1].maxrate));
            for rung in &rungs {
                prop_assert!(rung.width % 2 == 0 && rung.height % 2 == 0);
                prop_assert!(rung.width <= width + 1 && rung.height <= height + 1);
                prop_assert_eq!(rung.name.clone(), format!("{}p", rung.width.min(rung.height)));
            }
        }
    }
}
