//! Posting lists: ascending numbers, their gaps packed into as many bits as the widest of a block needs.

/// Gaps in a block.
const BLOCK: usize = 128;

/// Posting lists, numbered from 0. Each is its length and its first value in LEB128, then blocks of gaps: the width in
/// bits, then the gaps, lowest bits first. Eight bytes of padding let every gap be read as part of a word.
#[derive(Debug, Default)]
pub(crate) struct Postings {
    bytes: Vec<u8>,
    starts: Vec<u32>,
}

impl Postings {
    /// Builds `lists` lists from `pairs` of (list, value). The values of one list must come in ascending order; pairs
    /// with a list of `lists` or above are left out.
    pub(crate) fn build(lists: usize, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut ends = vec![0_u32; lists];
        for (list, _) in pairs.clone() {
            if let Some(count) = ends.get_mut(list as usize) {
                *count += 1;
            }
        }
        let mut total = 0;
        for end in &mut ends {
            let count = *end;
            *end = total;
            total += count;
        }
        let mut values = vec![0_u32; total as usize];
        for (list, value) in pairs {
            if let Some(end) = ends.get_mut(list as usize) {
                values[*end as usize] = value;
                *end += 1;
            }
        }
        let mut bytes = Vec::with_capacity(values.len() * 2 + lists);
        let mut starts = Vec::with_capacity(lists + 1);
        let mut from = 0;
        for end in ends {
            starts.push(bytes.len() as u32);
            let list = &values[from..end as usize];
            from = end as usize;
            write_list(&mut bytes, list);
        }
        starts.push(bytes.len() as u32);
        bytes.extend([0; 8]);
        bytes.shrink_to_fit();
        Self { bytes, starts }
    }

    /// How many values a list has.
    pub(crate) fn count(&self, list: u32) -> usize {
        read_varint(&mut &self.bytes[self.starts[list as usize] as usize..]).unwrap_or(0) as usize
    }

    /// About how many values a list has, by its length, without a look at it: most values take a byte or two.
    pub(crate) fn estimate(&self, list: u32) -> usize {
        let bytes = self.starts[list as usize + 1] - self.starts[list as usize];
        // Length, first value and width of a short list.
        bytes.saturating_sub(5) as usize + 1
    }

    /// Calls `each` with every value of a list, ascending.
    #[inline]
    pub(crate) fn for_each(&self, list: u32, mut each: impl FnMut(u32)) {
        let mut rest = &self.bytes[self.starts[list as usize] as usize..];
        let Some(count @ 1..) = read_varint(&mut rest) else { return };
        let Some(mut value) = read_varint(&mut rest) else { return };
        each(value);
        let mut left = count as usize - 1;
        while left > 0 {
            let gaps = left.min(BLOCK);
            let width = usize::from(rest[0]);
            let mask = (1 << width) - 1;
            let packed = &rest[1..];
            for bit in (0..gaps).map(|i| i * width) {
                let Some(word) = packed[bit / 8..].first_chunk() else { return };
                value += (u64::from_le_bytes(*word) >> (bit % 8) & mask) as u32;
                each(value);
            }
            rest = &packed[(gaps * width).div_ceil(8)..];
            left -= gaps;
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bytes.capacity() + self.starts.capacity() * 4
    }
}

fn write_list(out: &mut Vec<u8>, list: &[u32]) {
    write_varint(out, list.len() as u32);
    let Some(&first) = list.first() else { return };
    write_varint(out, first);
    let mut previous = first;
    for block in list[1..].chunks(BLOCK) {
        let mut widest = 0;
        let mut before = previous;
        for &value in block {
            widest |= value - before;
            before = value;
        }
        let width = 32 - widest.leading_zeros();
        out.push(width as u8);
        let (mut word, mut bits) = (0_u64, 0);
        for &value in block {
            word |= u64::from(value - previous) << bits;
            bits += width;
            previous = value;
            while bits >= 8 {
                out.push(word as u8);
                word >>= 8;
                bits -= 8;
            }
        }
        if bits > 0 {
            out.push(word as u8);
        }
    }
}

/// Appends `value` in LEB128.
pub(crate) fn write_varint(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Takes a LEB128 number off the front of `bytes`.
#[inline]
pub(crate) fn read_varint(bytes: &mut &[u8]) -> Option<u32> {
    let mut value = 0;
    for shift in (0..32).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u32::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_come_back() {
        let pairs = [(2, 0), (0, 5), (2, 7), (9, 8), (2, 300), (0, 70_000), (2, 4_000_000_000)];
        let postings = Postings::build(3, pairs.into_iter());
        let list = |i| {
            let mut values = Vec::new();
            postings.for_each(i, |v| values.push(v));
            assert_eq!(postings.count(i), values.len());
            values
        };
        assert_eq!(list(0), [5, 70_000]);
        assert_eq!(list(1), [0; 0]);
        assert_eq!(list(2), [0, 7, 300, 4_000_000_000]);
    }

    #[test]
    fn long_lists_with_gaps_of_every_width_come_back() {
        let mut state = 1_u32;
        let mut values = vec![0_u32];
        for i in 0..2_000 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            values.push(values[i] + (state >> 12 >> (state % 20)));
        }
        for len in [1, 2, 128, 129, 130, 257, 2_000] {
            let postings = Postings::build(1, values[..len].iter().map(|&value| (0, value)));
            let mut back = Vec::new();
            postings.for_each(0, |value| back.push(value));
            assert_eq!(back, values[..len]);
        }
    }
}
