use super::TextIndex;
use crate::fold::{fold, fold_into};
use crate::rows::RowSet;
use proptest::prelude::*;

fn search(texts: &[String], needle: &str, anchored: bool) -> Vec<usize> {
    let index = TextIndex::build(texts.len(), |row, out| fold_into(&texts[row as usize], out));
    let needle = fold(needle);
    let verify = |row: u32| holds(&texts[row as usize], &needle, anchored);
    match index.search(&needle, anchored, verify) {
        RowSet::Bits(bits) => bits.iter().map(|r| r as usize).collect(),
        RowSet::Rows(rows) => rows.into_iter().map(|r| r as usize).collect(),
    }
}

fn holds(text: &str, needle: &str, anchored: bool) -> bool {
    let text = fold(text);
    if anchored { text.starts_with(needle) } else { text.contains(needle) }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Few letters and separators, so that phrases and prefixes meet often; whole texts and needles of any script.
    #[test]
    fn finds_what_a_scan_finds(
        seed in prop::collection::vec("[ab]{0,2}[ _.-]{0,2}[abé]{0,2}[ %'_-]{0,1}[aя京]{0,2}", 1..40),
        repeat in 1_usize..40,
        needle in "[ab]{0,2}[ _.-]{0,2}[abé]{0,2}[ %']{0,1}[aя京]{0,1}",
        anchored: bool,
    ) {
        let needle = fold(&needle);
        prop_assume!(!needle.is_empty());
        let texts: Vec<String> = (0..seed.len() * repeat).map(|i| format!("{}{}", seed[i % seed.len()], seed[(i * 7 + i / seed.len()) % seed.len()])).collect();
        let expected: Vec<usize> = (0..texts.len()).filter(|&i| holds(&texts[i], &needle, anchored)).collect();
        prop_assert_eq!(search(&texts, &needle, anchored), expected);
    }

    #[test]
    fn any_unicode(texts in prop::collection::vec("\\PC{0,6}", 1..30), pick: prop::sample::Index, from in 0_usize..4, len in 1_usize..4) {
        let needle: String = fold(&texts[pick.index(texts.len())]).chars().skip(from).take(len).collect();
        prop_assume!(!needle.is_empty());
        let needle = fold(&needle);
        let expected: Vec<usize> = (0..texts.len()).filter(|&i| holds(&texts[i], &needle, false)).collect();
        prop_assert_eq!(search(&texts, &needle, false), expected);
    }
}
