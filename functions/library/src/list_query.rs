use std::{fmt::Display, str::FromStr};

use framehouse_api::ApiError;
use framehouse_catalog::{Bounds, Cursor, Field, Filter, Query, Sort, SortBy, Start};
use framehouse_domain::{FieldErrors, Timestamp};
use serde::Deserialize;
use utoipa::IntoParams;

/// The most entries of a page (spec: video library, "List Videos").
pub(crate) const MAX_LIMIT: usize = 100;
/// The longest text that is searched for, in characters.
const MAX_TEXT: usize = 500;

/// What a list shows. Every condition narrows it; several values of one condition are separated by commas.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub(crate) struct ListParameters {
    /// From 1. Any page can be asked for; `cursor` goes on where the last page ended.
    #[param(value_type = Option<u32>, minimum = 1)]
    page: Option<String>,
    /// Entries on a page, 20 when absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// The `nextCursor` of a page, with the same conditions and order.
    cursor: Option<String>,
    /// Names of directory types.
    directory_type: Option<String>,
    /// portrait, landscape, square.
    orientation: Option<String>,
    /// SD, HD, FHD, UHD.
    quality: Option<String>,
    /// Part of the producer, without regard to case and accents.
    producer: Option<String>,
    /// Part of the creator, without regard to case and accents.
    creator: Option<String>,
    /// With or without sound.
    #[param(value_type = Option<bool>)]
    has_audio: Option<String>,
    /// `true` when absent, `false` for what was deleted or is no good, `any` for both.
    is_valid: Option<String>,
    /// In the gallery or not.
    #[param(value_type = Option<bool>)]
    published: Option<String>,
    /// Locked or not.
    #[param(value_type = Option<bool>)]
    locked: Option<String>,
    /// Part of title, producer or creator, without regard to case and accents. No character has a special meaning.
    search: Option<String>,
    /// Tags that a video has all of, whole, without regard to case and accents.
    tags: Option<String>,
    /// Seconds.
    #[param(value_type = Option<u64>)]
    min_duration: Option<String>,
    /// Seconds.
    #[param(value_type = Option<u64>)]
    max_duration: Option<String>,
    /// Bytes.
    #[param(value_type = Option<u64>)]
    min_size: Option<String>,
    /// Bytes.
    #[param(value_type = Option<u64>)]
    max_size: Option<String>,
    /// RFC 3339.
    #[param(value_type = Option<Timestamp>)]
    created_from: Option<String>,
    /// RFC 3339.
    #[param(value_type = Option<Timestamp>)]
    created_to: Option<String>,
    /// createdAt (when absent), title, duration, size, views.
    sort: Option<String>,
    /// desc (when absent) or asc.
    order: Option<String>,
}

/// A list that was asked for.
#[derive(Debug)]
pub(crate) struct ListRequest {
    pub(crate) query: Query,
    /// The page's number, from 1.
    pub(crate) page: usize,
}

impl ListParameters {
    /// Checks every parameter; each that is not right is named.
    pub(crate) fn check(self) -> Result<ListRequest, ApiError> {
        let mut errors = FieldErrors::default();
        let filter = self.filter(&mut errors);
        let (page, limit) = (
            within("page", self.page.as_deref(), 1, 1..=u32::MAX as usize, &mut errors),
            within("limit", self.limit.as_deref(), 20, 1..=MAX_LIMIT, &mut errors),
        );
        let sort = Sort {
            by: sort_by(self.sort.as_deref(), &mut errors),
            descending: !choice("order", self.order.as_deref(), ["desc", "asc"], &mut errors),
        };
        let start = match self.cursor.as_deref().filter(|text| !text.is_empty()).map(Cursor::decode) {
            None => Start::Offset((page - 1).saturating_mul(limit)),
            Some(Ok(cursor)) => Start::After(cursor),
            Some(Err(_)) => {
                errors.add("cursor", "It is no cursor of this list. Begin again without one.");
                Start::default()
            }
        };
        let page = if matches!(start, Start::After(_)) { 1 } else { page };
        Ok(errors.ok(ListRequest { query: Query { filter, sort, start, limit }, page })?)
    }

    fn filter(&self, errors: &mut FieldErrors) -> Filter {
        Filter {
            directory_types: each("directoryType", self.directory_type.as_deref(), errors),
            orientations: each("orientation", self.orientation.as_deref(), errors),
            qualities: each("quality", self.quality.as_deref(), errors),
            producer: text("producer", self.producer.as_deref(), errors),
            creator: text("creator", self.creator.as_deref(), errors),
            category: String::new(),
            tags: tags(self.tags.as_deref()),
            has_audio: number("hasAudio", self.has_audio.as_deref(), "Use true or false.", errors),
            is_valid: match self.is_valid.as_deref() {
                Some("any") => None,
                other => number("isValid", other, "Use true, false or any.", errors).or(Some(true)),
            },
            published: number("published", self.published.as_deref(), "Use true or false.", errors),
            locked: number("locked", self.locked.as_deref(), "Use true or false.", errors),
            duration: Bounds {
                min: number("minDuration", self.min_duration.as_deref(), "Use whole seconds.", errors),
                max: number("maxDuration", self.max_duration.as_deref(), "Use whole seconds.", errors),
            },
            size: Bounds {
                min: number("minSize", self.min_size.as_deref(), "Use whole bytes.", errors),
                max: number("maxSize", self.max_size.as_deref(), "Use whole bytes.", errors),
            },
            created: Bounds {
                min: moment("createdFrom", self.created_from.as_deref(), errors),
                max: moment("createdTo", self.created_to.as_deref(), errors),
            },
            search: text("search", self.search.as_deref(), errors),
            search_in: vec![Field::Title, Field::Producer, Field::Creator],
        }
    }
}

/// A text to look for.
pub(crate) fn text(field: &'static str, given: Option<&str>, errors: &mut FieldErrors) -> String {
    let text = given.unwrap_or_default().trim();
    if text.chars().count() > MAX_TEXT {
        errors.add(field, format!("It is longer than {MAX_TEXT} characters."));
    }
    text.to_owned()
}

/// A number within bounds.
pub(crate) fn within(
    field: &'static str,
    given: Option<&str>,
    default: usize,
    bounds: std::ops::RangeInclusive<usize>,
    errors: &mut FieldErrors,
) -> usize {
    let Some(given) = given.filter(|text| !text.is_empty()) else { return default };
    given.parse().ok().filter(|number| bounds.contains(number)).unwrap_or_else(|| {
        errors.add(field, format!("Use a whole number from {} to {}.", bounds.start(), bounds.end()));
        default
    })
}

fn number<T: FromStr>(field: &'static str, given: Option<&str>, sentence: &str, errors: &mut FieldErrors) -> Option<T> {
    let given = given.filter(|text| !text.is_empty())?;
    let parsed = given.parse().ok();
    if parsed.is_none() {
        errors.add(field, sentence);
    }
    parsed
}

fn moment(field: &'static str, given: Option<&str>, errors: &mut FieldErrors) -> Option<u64> {
    let sentence = "Use a moment such as 2026-02-10T12:00:00Z.";
    let moment: Timestamp = number(field, given, sentence, errors)?;
    Some(moment.as_millis().try_into().unwrap_or(0))
}

fn each<T>(field: &'static str, given: Option<&str>, errors: &mut FieldErrors) -> Vec<T>
where
    T: FromStr,
    T::Err: Display,
{
    let mut values = Vec::new();
    for name in given.unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty()) {
        match name.parse::<T>() {
            Ok(value) => values.push(value),
            Err(error) => errors.add(field, error.to_string()),
        }
    }
    values
}

fn tags(given: Option<&str>) -> Vec<String> {
    let tags = given.unwrap_or_default().split(',').map(str::trim);
    tags.filter(|tag| !tag.is_empty()).map(str::to_owned).collect()
}

/// Whether the second of two values was chosen.
fn choice(field: &'static str, given: Option<&str>, values: [&str; 2], errors: &mut FieldErrors) -> bool {
    match given.unwrap_or(values[0]) {
        "" => false,
        value if value == values[0] => false,
        value if value == values[1] => true,
        _ => {
            errors.add(field, format!("Use {} or {}.", values[0], values[1]));
            false
        }
    }
}

fn sort_by(given: Option<&str>, errors: &mut FieldErrors) -> SortBy {
    match given.unwrap_or_default() {
        "" | "createdAt" => SortBy::Created,
        "title" => SortBy::Title,
        "duration" => SortBy::Duration,
        "size" => SortBy::Size,
        "views" => SortBy::Views,
        _ => {
            errors.add("sort", "Use one of: createdAt, title, duration, size, views.");
            SortBy::Created
        }
    }
}

#[cfg(test)]
mod tests {
    use framehouse_domain::DirectoryType;

    use super::*;

    #[test]
    fn absent_and_empty_parameters_are_the_specs_defaults() {
        for parameters in [
            ListParameters::default(),
            ListParameters { page: Some(String::new()), sort: Some(String::new()), ..ListParameters::default() },
        ] {
            let request = parameters.check().unwrap();
            assert_eq!((request.page, request.query.limit), (1, 20));
            assert_eq!(request.query.start, Start::Offset(0));
            assert_eq!(request.query.sort, Sort::default());
            assert_eq!(request.query.filter.is_valid, Some(true));
        }
    }

    #[test]
    fn values_are_read() {
        let parameters = ListParameters {
            page: Some("3".into()),
            limit: Some("50".into()),
            directory_type: Some("videos, gifs".into()),
            is_valid: Some("any".into()),
            has_audio: Some("false".into()),
            tags: Some("sea, ,sun".into()),
            max_size: Some("10".into()),
            created_from: Some("2026-02-10T12:00:00Z".into()),
            sort: Some("views".into()),
            order: Some("asc".into()),
            ..ListParameters::default()
        };
        let ListRequest { query, page } = parameters.check().unwrap();
        assert_eq!((page, &query.start), (3, &Start::Offset(100)));
        assert_eq!(query.filter.directory_types, [DirectoryType::Videos, DirectoryType::Gifs]);
        assert_eq!((query.filter.is_valid, query.filter.has_audio), (None, Some(false)));
        assert_eq!(query.filter.tags, ["sea", "sun"]);
        assert_eq!(query.filter.size, Bounds { min: None, max: Some(10) });
        assert_eq!(query.filter.created.min, Some(1_770_724_800_000));
        assert_eq!(query.sort, Sort { by: SortBy::Views, descending: false });
    }

    #[test]
    fn each_bad_parameter_is_named() {
        let bad = || Some("x".to_owned());
        let parameters = ListParameters {
            page: Some("0".into()),
            limit: Some("101".into()),
            cursor: bad(),
            directory_type: Some("videos,attic".into()),
            orientation: bad(),
            quality: bad(),
            has_audio: bad(),
            is_valid: bad(),
            min_duration: Some("-1".into()),
            created_to: bad(),
            search: Some("y".repeat(501)),
            sort: bad(),
            order: bad(),
            ..ListParameters::default()
        };
        let Err(ApiError::Invalid(errors)) = parameters.check() else { panic!("every parameter is bad") };
        let fields: Vec<_> = errors.iter().map(|(field, _)| field).collect();
        let expected = [
            "createdTo",
            "cursor",
            "directoryType",
            "hasAudio",
            "isValid",
            "limit",
            "minDuration",
            "order",
            "orientation",
            "page",
            "quality",
            "search",
            "sort",
        ];
        assert_eq!(fields, expected);
    }
}
