use std::{
    iter::Sum,
    ops::{Add, AddAssign, Neg, Sub},
};

/// Upper bounds, in seconds and inclusive, of the classes that views are put into by how long they were watched. A last
/// class has no bound. They are the buckets of the metric `cm_video_watch_time_seconds`.
pub const WATCH_TIME_BOUNDS: [u32; 7] = [10, 30, 60, 120, 300, 600, 1800];

/// Classes of views by watch time.
pub const WATCH_TIME_CLASSES: usize = WATCH_TIME_BOUNDS.len() + 1;

/// What some views come to, or by how much that changed: tallies are added and subtracted, so a difference may be negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ViewTally {
    /// Views.
    pub views: i64,
    /// Seconds watched.
    pub watch_time: i64,
    /// Views that came to the end.
    pub completions: i64,
    /// Views by how long they were watched, each in one class.
    pub histogram: [i64; WATCH_TIME_CLASSES],
}

impl ViewTally {
    /// Nothing.
    pub const ZERO: Self = Self { views: 0, watch_time: 0, completions: 0, histogram: [0; WATCH_TIME_CLASSES] };

    /// What one view comes to.
    pub fn of_view(watch_time_seconds: u32, completed: bool) -> Self {
        let class = WATCH_TIME_BOUNDS.iter().take_while(|&&bound| watch_time_seconds > bound).count();
        let mut histogram = [0; WATCH_TIME_CLASSES];
        histogram[class] = 1;
        Self { views: 1, watch_time: i64::from(watch_time_seconds), completions: i64::from(completed), histogram }
    }

    /// Whether it changes nothing.
    pub fn is_zero(&self) -> bool {
        *self == Self::ZERO
    }
}

impl Add for ViewTally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let mut histogram = self.histogram;
        histogram.iter_mut().zip(other.histogram).for_each(|(class, more)| *class += more);
        Self {
            views: self.views + other.views,
            watch_time: self.watch_time + other.watch_time,
            completions: self.completions + other.completions,
            histogram,
        }
    }
}

impl Neg for ViewTally {
    type Output = Self;

    fn neg(self) -> Self {
        Self {
            views: -self.views,
            watch_time: -self.watch_time,
            completions: -self.completions,
            histogram: self.histogram.map(Neg::neg),
        }
    }
}

impl Sub for ViewTally {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl AddAssign for ViewTally {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for ViewTally {
    fn sum<I: Iterator<Item = Self>>(tallies: I) -> Self {
        tallies.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The states that a view goes through, oldest first.
    fn history() -> impl Strategy<Value = Vec<(u32, bool)>> {
        prop::collection::vec((0..4000_u32, any::<bool>()), 1..12)
    }

    proptest! {
        #[test]
        fn differences_of_each_step_add_up_to_the_last_state(history in history()) {
            let states: Vec<ViewTally> = history.iter().map(|&(seconds, done)| ViewTally::of_view(seconds, done)).collect();
            let before = std::iter::once(ViewTally::ZERO).chain(states.iter().copied());
            let steps: ViewTally = states.iter().zip(before).map(|(&new, old)| new - old).sum();
            prop_assert_eq!(steps, *states.last().unwrap());
        }

        #[test]
        fn a_view_is_in_one_class_that_its_watch_time_fits(seconds in 0..5000_u32, done in any::<bool>()) {
            let tally = ViewTally::of_view(seconds, done);
            prop_assert_eq!(tally.histogram.iter().sum::<i64>(), tally.views);
            let class = tally.histogram.iter().position(|&views| views == 1).unwrap();
            prop_assert!(WATCH_TIME_BOUNDS.get(class).is_none_or(|&bound| seconds <= bound));
            prop_assert!(class == 0 || seconds > WATCH_TIME_BOUNDS[class - 1]);
        }

        #[test]
        fn order_does_not_matter(mut history in history(), seed in any::<usize>()) {
            let sum = |all: &[(u32, bool)]| all.iter().map(|&(seconds, done)| ViewTally::of_view(seconds, done)).sum();
            let before: ViewTally = sum(&history);
            let turn = seed % history.len();
            history.rotate_left(turn);
            let after: ViewTally = sum(&history);
            prop_assert_eq!(before, after);
            prop_assert!((before - after).is_zero());
        }
    }
}
