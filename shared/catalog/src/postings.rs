//! Posting lists: ascending numbers as gaps in LEB128, each list preceded by its length.

/// Posting lists, numbered from 0.
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
            write_varint(&mut bytes, list.len() as u32);
            let mut previous = 0;
            for &value in list {
                write_varint(&mut bytes, value - previous);
                previous = value;
            }
        }
        starts.push(bytes.len() as u32);
        bytes.shrink_to_fit();
        Self { bytes, starts }
    }

    /// How many values a list has.
    pub(crate) fn count(&self, list: u32) -> usize {
        read_varint(&mut self.list(list)).unwrap_or(0) as usize
    }

    /// Calls `each` with every value of a list, ascending.
    #[inline]
    pub(crate) fn for_each(&self, list: u32, mut each: impl FnMut(u32)) {
        let mut bytes = self.list(list);
        read_varint(&mut bytes);
        let (mut value, mut gap, mut shift) = (0_u32, 0_u32, 0);
        for &byte in bytes {
            gap |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                value += gap;
                each(value);
                (gap, shift) = (0, 0);
            } else {
                shift += 7;
            }
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bytes.capacity() + self.starts.capacity() * 4
    }

    fn list(&self, list: u32) -> &[u8] {
        &self.bytes[self.starts[list as usize] as usize..self.starts[list as usize + 1] as usize]
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
        assert_eq!(list(1), []);
        assert_eq!(list(2), [0, 7, 300, 4_000_000_000]);
    }
}
