use utoipa::{
    OpenApi,
    openapi::{
        InfoBuilder, OpenApiBuilder,
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use crate::{App, ErrorBody};

#[derive(OpenApi)]
#[openapi(components(schemas(ErrorBody)))]
struct Shared;

/// The same handlers under another path, in the router and in the document.
pub fn alias(path: &str, (schemas, mut paths, methods): UtoipaMethodRouter<App>) -> UtoipaMethodRouter<App> {
    let suffix: String = path
        .split('/')
        .filter(|segment| !segment.is_empty() && !segment.starts_with('{'))
        .collect::<Vec<_>>()
        .join("_")
        .replace('-', "_");
    let item = std::mem::take(&mut paths.paths).into_values().next();
    if let Some(mut item) = item {
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.delete, &mut item.patch];
        for operation in operations.into_iter().flatten() {
            operation.operation_id = operation.operation_id.take().map(|id| format!("{id}_at_{suffix}"));
        }
        paths.paths.insert(path.to_owned(), item);
    }
    (schemas, paths, methods)
}

/// The OpenAPI 3.1 document of the whole API, from the areas' routers.
pub fn document(areas: impl IntoIterator<Item = OpenApiRouter<App>>) -> utoipa::openapi::OpenApi {
    let info = InfoBuilder::new()
        .title("Framehouse")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("Upload, transcode and play video in your own AWS account."));
    let mut document = OpenApiBuilder::new().info(info.build()).build();
    document.merge(Shared::openapi());
    for area in areas {
        document.merge(area.into_openapi());
    }
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    document.components.get_or_insert_default().add_security_scheme("bearer", bearer);
    document
}
