//! Folding is a rule of the whole system; here it makes lists blind to case and accents.

pub(crate) use framehouse_domain::{fold, fold_into};
