//! Interning: each distinct string gets a number.

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use std::hash::{BuildHasher, Hasher};

/// Distinct byte strings in one arena, numbered from 0 in the order they came.
#[derive(Debug, Default)]
pub(crate) struct Interner {
    arena: Vec<u8>,
    ends: Vec<u32>,
    table: HashTable<u32>,
}

impl Interner {
    pub(crate) fn intern(&mut self, word: &[u8]) -> u32 {
        let Self { arena, ends, table } = self;
        let found = table.find(hash(word), |&id| word_of(arena, ends, id) == word);
        if let Some(&id) = found {
            return id;
        }
        let id = ends.len() as u32;
        arena.extend_from_slice(word);
        ends.push(arena.len() as u32);
        table.insert_unique(hash(word), id, |&id| hash(word_of(arena, ends, id)));
        id
    }

    pub(crate) fn get(&self, id: u32) -> &[u8] {
        word_of(&self.arena, &self.ends, id)
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }
}

fn word_of<'a>(arena: &'a [u8], ends: &[u32], id: u32) -> &'a [u8] {
    let start = if id == 0 { 0 } else { ends[id as usize - 1] };
    &arena[start as usize..ends[id as usize] as usize]
}

fn hash(word: &[u8]) -> u64 {
    let mut hasher = FixedState::default().build_hasher();
    hasher.write(word);
    hasher.finish()
}
