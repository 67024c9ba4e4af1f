use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// What a signed-in caller is allowed to be, from the token's `role` claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Role {
    /// May do everything.
    SuperAdmin,
    /// Administers media.
    InfluenceAdmin,
    /// Administers media.
    MapAdmin,
    /// A signed-in viewer.
    User,
}

impl Role {
    /// Every role, for tables and tests.
    pub const ALL: [Self; 4] = [Self::SuperAdmin, Self::InfluenceAdmin, Self::MapAdmin, Self::User];

    /// Whether the role is one of the three that administer media.
    pub const fn is_admin(self) -> bool {
        matches!(self, Self::SuperAdmin | Self::InfluenceAdmin | Self::MapAdmin)
    }

    /// The claim's spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SuperAdmin => "SUPER_ADMIN",
            Self::InfluenceAdmin => "INFLUENCE_ADMIN",
            Self::MapAdmin => "MAP_ADMIN",
            Self::User => "USER",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|role| role.as_str().eq_ignore_ascii_case(text)).ok_or(())
    }
}

/// A signed-in caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The token's `sub`.
    pub subject: String,
    /// The strongest role that the token claims.
    pub role: Role,
}

/// Who is asking for something that can also be had without signing in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// Nobody signed in.
    Anonymous,
    /// Holder of a valid access token.
    Signed(Session),
    /// Holder of a playback token for this very media file.
    Playback,
}
