use utoipa::{
    OpenApi,
    openapi::{
        InfoBuilder, OpenApiBuilder,
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};
use utoipa_axum::router::UtoipaMethodRouter;

use crate::{App, ErrorBody};

#[derive(OpenApi)]
#[openapi(components(schemas(ErrorBody)))]
struct Shared;

/// Writes an area's table of routes once, for both of its readers: the function, which gets a bare router, and the OpenAPI
/// document. Describing the routes takes as long as starting the rest of a function, so functions never do it.
///
/// ```text
/// framehouse_api::area! {
///     get "/health", "/api/videos/health" => health::health;
/// }
/// ```
#[macro_export]
macro_rules! area {
    ($($method:ident $($path:literal),+ => $handler:path;)+) => {
        /// The area's routes.
        pub fn router() -> ::axum::Router<$crate::App> {
            ::axum::Router::new()$($(.route($path, ::axum::routing::$method($handler)))+)+
        }

        /// The area's part of the OpenAPI document.
        pub fn openapi() -> ::utoipa::openapi::OpenApi {
            ::utoipa_axum::router::OpenApiRouter::new()
                $($(.routes($crate::described_at($path, ::utoipa_axum::routes!($handler))))+)+
                .into_openapi()
        }
    };
}

/// A described handler under `path`, which may be another one than its own.
#[doc(hidden)]
pub fn described_at(path: &str, (schemas, mut paths, methods): UtoipaMethodRouter<App>) -> UtoipaMethodRouter<App> {
    if let Some((own, mut item)) = paths.paths.pop_first() {
        let segments = path.split('/').filter(|segment| !segment.is_empty() && !segment.starts_with('{'));
        let suffix = segments.collect::<Vec<_>>().join("_").replace('-', "_");
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.delete, &mut item.patch];
        for operation in operations.into_iter().flatten().filter(|_| own != path) {
            operation.operation_id = operation.operation_id.take().map(|id| format!("{id}_at_{suffix}"));
        }
        paths.paths.insert(path.to_owned(), item);
    }
    (schemas, paths, methods)
}

/// The OpenAPI 3.1 document of the whole API, from its areas'.
pub fn document(areas: impl IntoIterator<Item = utoipa::openapi::OpenApi>) -> utoipa::openapi::OpenApi {
    let info = InfoBuilder::new()
        .title("Framehouse")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("Upload, transcode and play video in your own AWS account."));
    let mut document = OpenApiBuilder::new().info(info.build()).build();
    document.merge(Shared::openapi());
    for area in areas {
        document.merge(area);
    }
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    document.components.get_or_insert_default().add_security_scheme("bearer", bearer);
    document
}
