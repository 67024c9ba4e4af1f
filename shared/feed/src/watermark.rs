use framehouse_domain::Timestamp;

/// What changed this long before the last look is read again: clocks of writers differ, and the index lags.
const OVERLAP_SECONDS: i64 = 10;
/// Now and then a look reaches back further, to what was stamped long before it was written.
const SWEEP_SECONDS: i64 = 60;
/// No request and no step of a worker takes longer from reading the clock to writing.
const LATEST_SECONDS: i64 = 5 * 60;

/// How far a catalog has read the change feed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Watermark {
    /// When the last look began.
    pub(crate) looked: Timestamp,
    /// When the last one that reached far back began.
    swept: Timestamp,
}

impl Watermark {
    /// After a look at everything.
    pub(crate) const fn at(moment: Timestamp) -> Self {
        Self { looked: moment, swept: moment }
    }

    /// From when on a look at `now` reads changes, and the watermark after it.
    pub(crate) fn advance(self, now: Timestamp) -> (Timestamp, Self) {
        if self.swept.plus_seconds(SWEEP_SECONDS) <= now {
            return (self.far_back(), Self::at(now));
        }
        (self.looked.min(now).plus_seconds(-OVERLAP_SECONDS), Self { looked: now, ..self })
    }

    /// From when on changes may have been written since the last look that reached far back.
    pub(crate) fn far_back(self) -> Timestamp {
        self.swept.plus_seconds(-LATEST_SECONDS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_overlap_and_one_a_minute_reaches_far_back() {
        let at = |second: i64| Timestamp::from_millis(1_000_000_000 + second * 1000);
        let (since, mark) = Watermark::at(at(0)).advance(at(20));
        assert_eq!((since, mark.looked), (at(-10), at(20)));
        let (since, mark) = mark.advance(at(59));
        assert_eq!(since, at(10));
        let (since, mark) = mark.advance(at(61));
        assert_eq!((since, mark.looked), (at(-300), at(61)));
        let (since, _) = mark.advance(at(62));
        assert_eq!(since, at(51));
        let (since, mark) = mark.advance(at(50));
        assert_eq!((since, mark.looked), (at(40), at(50)), "a clock that was set back");
    }
}
