use std::time::SystemTime;

use framehouse_domain::Timestamp;

/// The present moment; rules in the domain take it as an argument.
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
