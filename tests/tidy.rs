//! The repository's rules, as tests: the routers, `template.yaml`, `events/`, the OpenAPI document, the authorization matrix
//! and ARCHITECTURE.md name the same routes; keys have one home; files stay short.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use framehouse_tests::{ROUTES, openapi_document};
use serde_json::Value;
use serde_yaml_ng::Value as Yaml;

type RouteSet = BTreeSet<(String, String)>;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("read {}: {error}", path.display()))
}

/// Files that git knows or would add, by their endings.
fn files(endings: &[&str]) -> Vec<String> {
    let listed = Command::new("git").args(["ls-files", "-co", "--exclude-standard"]).current_dir(root()).output();
    let listed = String::from_utf8(listed.expect("git runs").stdout).expect("paths are UTF-8");
    let wanted = |path: &&str| endings.iter().any(|ending| path.ends_with(ending)) && root().join(path).exists();
    listed.lines().filter(wanted).map(str::to_owned).collect()
}

fn matrix() -> RouteSet {
    ROUTES.iter().map(|route| (route.method.to_owned(), route.path.to_owned())).collect()
}

fn routers() -> RouteSet {
    let document = serde_json::to_value(openapi_document()).unwrap();
    let mut routes = RouteSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            routes.insert((method.to_uppercase(), path.clone()));
        }
    }
    routes
}

struct Function {
    name: String,
    properties: Yaml,
}

impl Function {
    fn all() -> Vec<Self> {
        let template: Yaml = serde_yaml_ng::from_str(&read("template.yaml")).expect("the template is YAML");
        let resources = template["Resources"].as_mapping().unwrap().iter();
        resources
            .filter(|(_, resource)| resource["Type"] == "AWS::Serverless::Function")
            .map(|(name, resource)| Self {
                name: name.as_str().unwrap().to_owned(),
                properties: resource["Properties"].clone(),
            })
            .collect()
    }

    fn routes(&self) -> RouteSet {
        let events = self.properties["Events"].as_mapping().into_iter().flatten();
        let http = events.filter(|(_, event)| event["Type"] == "HttpApi").map(|(_, event)| &event["Properties"]);
        http.map(|event| (event["Method"].as_str().unwrap().to_uppercase(), event["Path"].as_str().unwrap().to_owned()))
            .collect()
    }

    /// `UploadPartsFunction` → `upload-parts`.
    fn event_file(&self) -> String {
        let mut kebab = String::new();
        for c in self.name.strip_suffix("Function").expect("functions are named so").chars() {
            if c.is_uppercase() && !kebab.is_empty() {
                kebab.push('-');
            }
            kebab.push(c.to_ascii_lowercase());
        }
        kebab
    }
}

/// Regenerate with `cargo xtask openapi`.
#[test]
fn the_served_document_is_the_routers() {
    let path = root().join("functions/system/openapi.json");
    let made = serde_json::to_string_pretty(&openapi_document()).unwrap() + "\n";
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        fs::write(&path, &made).unwrap();
    }
    assert!(fs::read_to_string(&path).unwrap() == made, "openapi.json is stale: run `cargo xtask openapi`");
}

#[test]
fn the_authorization_matrix_names_every_route() {
    assert_eq!(matrix(), routers());
}

#[test]
fn the_template_deploys_every_route_once_from_its_areas_artifact() {
    let areas = [
        ("system", framehouse_system::openapi()),
        ("uploads", framehouse_uploads::openapi()),
        ("media-files", framehouse_media_files::openapi()),
        ("library", framehouse_library_routes::openapi()),
        ("stream", framehouse_stream::openapi()),
        ("gallery", framehouse_gallery::openapi()),
        ("reactions", framehouse_reactions::openapi()),
        ("comments", framehouse_comments::openapi()),
        ("tracking", framehouse_tracking::openapi()),
        ("analytics", framehouse_analytics::openapi()),
    ];
    let mut home = BTreeMap::new();
    for (area, described) in areas {
        for path in described.paths.paths.into_keys() {
            home.insert(path, area);
        }
    }
    let mut deployed = RouteSet::new();
    for function in Function::all() {
        for (method, path) in function.routes() {
            let area = home.get(&path).unwrap_or_else(|| panic!("{path} is in no router"));
            let artifact = function.properties["CodeUri"].as_str().unwrap();
            assert!(artifact.contains(&format!("/{area}/")), "{} serves {path} from {artifact}", function.name);
            assert!(deployed.insert((method.clone(), path.clone())), "{method} {path} is deployed twice");
        }
    }
    assert_eq!(deployed, routers());
}

#[test]
fn every_function_has_a_real_event() {
    let mut expected = BTreeSet::new();
    for function in Function::all() {
        let file = function.event_file();
        let event: Value = serde_json::from_str(&read(format!("events/{file}.json"))).expect("an event is JSON");
        let routes: BTreeSet<_> =
            function.routes().into_iter().map(|(method, path)| format!("{method} {path}")).collect();
        if let Some(key) = event["routeKey"].as_str() {
            assert!(routes.contains(key), "events/{file}.json is for {key}");
            assert_eq!(event["version"], "2.0");
        } else {
            // From a queue, or from the clock.
            let ours = event["Records"].is_array() || event["source"] == "aws.events";
            assert!(routes.is_empty() && ours, "events/{file}.json");
        }
        expected.insert(format!("events/{file}.json"));
    }
    assert_eq!(
        files(&[".json"]).into_iter().filter(|path| path.starts_with("events/")).collect::<BTreeSet<_>>(),
        expected
    );
}

#[test]
fn the_architecture_names_every_route_and_function() {
    let text = read("ARCHITECTURE.md");
    for function in Function::all() {
        assert!(text.contains(&function.name), "ARCHITECTURE.md does not name {}", function.name);
        let routes = text.split("## Routes").nth(1).expect("the document lists the routes");
        for (method, path) in function.routes() {
            let row = routes
                .lines()
                .find(|line| line.contains(&format!("`{path}`")) && line.contains(&format!("| {method} |")));
            let row = row.unwrap_or_else(|| panic!("ARCHITECTURE.md does not list {method} {path}"));
            assert!(row.contains(&function.name), "ARCHITECTURE.md: {method} {path} is {}", function.name);
        }
    }
}

#[test]
fn every_function_has_a_role_of_its_own_without_wildcards() {
    let template: Yaml = serde_yaml_ng::from_str(&read("template.yaml")).unwrap();
    for function in Function::all() {
        assert!(function.properties["Role"].is_null(), "{} shares a role", function.name);
        for policy in function.properties["Policies"].as_sequence().into_iter().flatten() {
            // A policy that is a resource of its own serves the transcoder wherever it runs.
            let document = match policy {
                Yaml::Tagged(reference) => {
                    &template["Resources"][reference.value.as_str().unwrap()]["Properties"]["PolicyDocument"]
                }
                written_out => written_out,
            };
            for statement in document["Statement"].as_sequence().expect("policies are written out") {
                let actions = match &statement["Action"] {
                    Yaml::Sequence(actions) => actions.clone(),
                    action => vec![action.clone()],
                };
                for action in actions {
                    assert!(!action.as_str().unwrap().contains('*'), "{}: {action:?}", function.name);
                }
                assert_ne!(statement["Resource"], "*", "{}", function.name);
            }
        }
    }
}

#[test]
fn every_function_has_a_log_group_and_an_alarm_and_the_stack_is_not_too_large() {
    let template: Yaml = serde_yaml_ng::from_str(&read("template.yaml")).unwrap();
    let resources = template["Resources"].as_mapping().unwrap();
    let listed = |list: &str| -> BTreeSet<String> {
        let names = template["Resources"][format!("Fn::ForEach::{list}")][1].as_sequence().unwrap().iter();
        names.map(|name| name.as_str().unwrap().to_owned()).collect()
    };
    let (logs, alarms) = (listed("Logs"), listed("Alarms"));
    let mut count = 0;
    for (name, resource) in resources {
        count += match resource {
            Yaml::Sequence(each) => each[1].as_sequence().unwrap().len() * each[2].as_mapping().unwrap().len(),
            // SAM makes a role of each, and of each of its events a permission; of a schedule a rule too.
            _ if resource["Type"] == "AWS::Serverless::Function" => 2,
            _ if resource["Type"] == "AWS::Serverless::HttpApi" => 2,
            _ => 1,
        };
        for (_, event) in resource["Properties"]["Events"].as_mapping().into_iter().flatten() {
            count += if event["Type"] == "Schedule" { 2 } else { 1 };
        }
        if resource["Type"] == "AWS::Serverless::Function" && resource["Properties"]["PackageType"].is_null() {
            let function = name.as_str().unwrap().strip_suffix("Function").unwrap();
            assert!(alarms.contains(function), "{function} raises no alarm");
            let Yaml::Tagged(group) = &resource["Properties"]["LoggingConfig"]["LogGroup"] else {
                panic!("{function}")
            };
            let group = group.value.as_str().unwrap();
            assert!(logs.contains(group.strip_suffix("Logs").unwrap()), "{function} logs to {group}");
        }
    }
    assert!(count <= 500, "CloudFormation refuses a stack of {count} resources");
}

/// Asked of the template, because the emulator deploys no lifecycle rules.
#[test]
fn abandoned_uploads_and_replaced_versions_go_by_themselves() {
    let template: Yaml = serde_yaml_ng::from_str(&read("template.yaml")).unwrap();
    let bucket = &template["Resources"]["MediaBucket"]["Properties"];
    assert_eq!(bucket["VersioningConfiguration"]["Status"], "Enabled");
    let rules = bucket["LifecycleConfiguration"]["Rules"].as_sequence().unwrap();
    let has = |name: &str, field: &str| {
        rules.iter().any(|rule| rule["Status"] == "Enabled" && rule[name][field].as_u64().is_some_and(|days| days <= 7))
    };
    assert!(has("AbortIncompleteMultipartUpload", "DaysAfterInitiation"));
    assert!(has("NoncurrentVersionExpiration", "NoncurrentDays"));
}

#[test]
fn no_file_is_longer_than_500_lines() {
    for path in files(&[".rs", ".ts", ".tsx", ".py", ".css"]) {
        let generated = path.ends_with("schema.ts");
        let lines = read(&path).lines().count();
        assert!(lines <= 500 || generated, "{path} has {lines} lines");
    }
}

#[test]
fn only_the_store_names_keys_and_only_the_objects_crate_names_object_keys() {
    let store_words = [
        "attribute_not_exists",
        "\"MEDIA#",
        "\"UPLOADCLAIM#",
        "update_expression",
        "\"JOB#",
        "\"TASK#",
        "\"VIDEO#",
        "\"PATH#",
        "\"VIEWS#",
        "\"VOTES#",
        "\"COUNTS#",
        "\"RATE#",
    ];
    let object_words = ["\"originals/{", "\"hls/{", "\"work/{"];
    for path in files(&[".rs"]) {
        // Tests make items that no route would, and the request bench a library to ask for.
        if path.starts_with("tests/") || path.contains("/tests/") || path.starts_with("xtask/request/") {
            continue;
        }
        let text = read(&path);
        for (home, words) in [("shared/store/", &store_words[..]), ("shared/objects/", &object_words[..])] {
            let stray = words.iter().find(|word| text.contains(**word) && !path.starts_with(home));
            assert!(stray.is_none(), "{path} has {stray:?}, which belongs to {home}");
        }
    }
}

#[test]
fn the_domain_and_media_crates_know_no_aws_http_or_clock() {
    for (crate_, words) in [
        ("shared/domain", &["aws", "axum", "http", "tokio", "reqwest"][..]),
        ("shared/media", &["aws", "axum", "http", "tokio", "reqwest"][..]),
    ] {
        let manifest = read(format!("{crate_}/Cargo.toml"));
        let dependencies = manifest.split("[dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
        for word in words {
            let stray = dependencies.lines().find(|line| line.starts_with(word));
            assert!(stray.is_none(), "{crate_} depends on {stray:?}");
        }
        for path in files(&[".rs"]).iter().filter(|path| path.starts_with(&format!("{crate_}/src"))) {
            assert!(!read(path).contains("SystemTime::now"), "{path} asks the clock");
        }
    }
}

#[test]
fn nothing_is_left_undone_or_skipped() {
    let words = [
        "#[ignore",
        "TO\u{44}O",
        "FIX\u{4d}E",
        "todo!\u{28}",
        "thread::\u{73}leep",
        "mod \u{75}tils",
        ".on\u{6c}y(",
        "test.\u{73}kip",
    ];
    for path in files(&[".rs", ".ts", ".tsx", ".py", ".yaml"]) {
        let text = read(&path);
        // The set-up tool may wait for processes by polling; nothing else does.
        let excused = |word: &str| word.starts_with("thread::") && path.starts_with("xtask/");
        let stray = words.iter().find(|word| text.contains(**word) && !excused(word) && path != "tests/tidy.rs");
        assert!(stray.is_none(), "{path} has {stray:?}");
    }
}

#[test]
fn a_function_starts_in_few_lines() {
    for path in files(&["src/main.rs"]).iter().filter(|path| path.starts_with("functions/")) {
        let lines = read(path).lines().filter(|line| !line.trim().is_empty() && !line.starts_with("//")).count();
        assert!(lines <= 16, "{path} has {lines} lines");
    }
}

#[test]
fn dependencies_are_what_deny_toml_allows() {
    let rules: toml::Table = read("deny.toml").parse().expect("deny.toml is TOML");
    let names = |value: &toml::Value| -> Vec<String> {
        value.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
    };
    let allowed = names(&rules["licenses"]["allow"]);
    let exceptions = rules["licenses"]["exceptions"].as_array().unwrap();
    let banned: Vec<_> =
        rules["bans"]["deny"].as_array().unwrap().iter().map(|ban| ban["crate"].as_str().unwrap()).collect();
    let arguments = ["metadata", "--format-version=1", "--locked"];
    let metadata = Command::new(env!("CARGO")).args(arguments).current_dir(root()).output().expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&metadata.stdout).expect("metadata is JSON");
    for package in metadata["packages"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        assert!(!banned.contains(&name), "{name} is banned");
        let Some(source) = package["source"].as_str() else { continue };
        assert!(source.starts_with("registry+"), "{name} comes from {source}");
        let mut licences = allowed.clone();
        let excepted = exceptions.iter().filter(|exception| exception["crate"].as_str() == Some(name));
        licences.extend(excepted.flat_map(|exception| names(&exception["allow"])));
        let licence = package["license"].as_str().unwrap_or_else(|| panic!("{name} names no licence"));
        let parsed = spdx::Expression::parse_mode(licence, spdx::ParseMode::LAX).expect(licence);
        assert!(parsed.evaluate(|wanted| licences.contains(&wanted.to_string())), "{name}: {licence}");
    }
}
