use crate::{MediaFile, Principal};

/// Whether `principal` may play `media`.
///
/// Published and not locked: anyone. Otherwise an admin, or whoever holds a playback token that an admin was given for
/// this file. Locking stops playback tokens as well, so that it takes effect at once.
pub fn may_watch(media: &MediaFile, principal: &Principal) -> bool {
    match principal {
        Principal::Signed(session) if session.role.is_admin() => true,
        Principal::Playback => !media.locked,
        Principal::Signed(_) | Principal::Anonymous => media.published && !media.locked,
    }
}
