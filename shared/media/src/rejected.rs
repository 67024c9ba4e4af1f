//! Why a file can never become a video. Each sentence is shown to the operator as `errorMessage`.

use thiserror::Error;

/// A permanent refusal: retrying the same bytes cannot help.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Rejected {
    /// No bytes at all.
    #[error("The file is empty (0 bytes). Upload it again.")]
    Empty,
    /// The first bytes are none of the containers that we open.
    #[error("The file is {0}, not a video. Upload an MP4, MOV, MKV, WebM, AVI, MPEG, FLV, OGG or WMV file.")]
    NotVideo(String),
    /// A playlist or manifest would make ffmpeg open whatever it names (pitfall 31).
    #[error("The file is {0}, which points at other files and is never opened. Upload the video itself.")]
    Manifest(&'static str),
    /// ffprobe could not read it.
    #[error(
        "The file cannot be read as {container}: {reason}. It is damaged or was cut off; export or upload it again."
    )]
    Unreadable {
        /// The container that the first bytes announced.
        container: &'static str,
        /// ffprobe's own last words.
        reason: String,
    },
    /// Sound without a picture.
    #[error("The file has sound but no video track (cover art is not a video). Upload a file with a picture.")]
    AudioOnly,
    /// Neither sound nor picture.
    #[error("The file has no video track.")]
    NoVideo,
    /// A codec that this ffmpeg cannot name.
    #[error("The video track's codec ({0}) is not supported. Export it as H.264 or H.265 and upload again.")]
    UnknownCodec(String),
    /// Nothing to play.
    #[error("The video has no duration; it is empty or was cut off. Export or upload it again.")]
    NoDuration,
    /// Beyond the bounds that we decode (pitfall 35).
    #[error("The video's {what} is {found}; the most that is accepted is {limit}.")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// What the file says.
        found: String,
        /// The bound.
        limit: String,
    },
    /// Fewer bytes than the file's own index promises.
    #[error("The file is cut off: it describes {expected} bytes but only {found} arrived. Upload it again.")]
    MissingBytes {
        /// Bytes that the container's boxes add up to.
        expected: u64,
        /// Bytes of the object.
        found: u64,
    },
    /// The frames end before the promised duration.
    #[error("The video ends after {found} of {expected} seconds: the file is cut off or damaged. Upload it again.")]
    Truncated {
        /// Seconds that could be decoded.
        found: String,
        /// Seconds that the container promises.
        expected: String,
    },
    /// The sound ends well before the file says so.
    #[error("The sound ends after {found} of {expected} seconds: the file is cut off or damaged. Upload it again.")]
    SoundTruncated {
        /// Seconds that could be decoded.
        found: String,
        /// Seconds that the container promises.
        expected: String,
    },
    /// Somebody removed the object.
    #[error("The original is no longer in the bucket, so it cannot be transcoded again. Upload the video anew.")]
    Gone,
    /// The decoder gave up.
    #[error("The video cannot be decoded: {0}. Export it again and upload the new file.")]
    Undecodable(String),
}
