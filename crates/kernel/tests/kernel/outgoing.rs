//! Calls to a server on this machine, which only an operator's word opens.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::header::{AUTHORIZATION, COOKIE, HOST, LOCATION, RETRY_AFTER, SET_COOKIE, USER_AGENT};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use kernel::limits::Limits;
use kernel::outgoing::{Call, Failure, Outgoing, ProxyAddress, Rules};
use tokio::net::TcpListener;

#[tokio::test]
async fn a_server_on_this_machine_is_closed_unless_it_is_allowed() {
    let url = server().await;
    let closed = Outgoing::new(Rules::default(), &Limits::default());
    for url in [
        url.clone(),
        url.replace("127.0.0.1", "localhost"),
        url.replace("127.0.0.1", "2130706433"),
        url.replace("127.0.0.1", "0x7f.1"),
        url.replace("127.0.0.1", "[::ffff:127.0.0.1]"),
        url.replace("127.0.0.1", "[64:ff9b::7f00:1]"),
        url.replace("127.0.0.1", "0.0.0.0"),
    ] {
        assert_eq!(asked(&closed, Call::get(&url)).await, Err(Failure::Closed), "{url}");
    }
    assert_eq!(asked(&allowing("10.0.0.0/8"), Call::get(&url)).await, Err(Failure::Closed));
    let open = allowing("127.0.0.1");
    assert_eq!(asked(&open, Call::get(format!("{url}/hello"))).await, Ok((200, "hello".to_owned())));
    assert_eq!(asked(&open, Call::get(url.replace("127.0.0.1", "localhost") + "/hello")).await, Ok((200, "hello".to_owned())));
    assert!(open.is_callable(&url) && !closed.is_callable(&url) && closed.is_callable("https://push.example.org/1"));
}

#[tokio::test]
async fn an_address_is_http_without_a_secret_in_it() {
    let open = allowing("127.0.0.0/8");
    for url in ["ftp://127.0.0.1/", "file:///etc/passwd", "http://olga:geheim@127.0.0.1/", "http://olga@127.0.0.1/", "hello", "http://"] {
        assert_eq!(asked(&open, Call::get(url)).await, Err(Failure::Address), "{url}");
        assert!(!open.is_callable(url), "{url}");
    }
}

#[tokio::test]
async fn every_redirect_is_looked_at_again() {
    let url = server().await;
    let open = allowing("127.0.0.1");
    let to = |path: &str| Call::get(format!("{url}{path}"));
    assert_eq!(asked(&open, to("/to?/hello")).await, Ok((200, "hello".to_owned())));
    let elsewhere = url.replace("127.0.0.1", "127.0.0.2");
    assert_eq!(asked(&open, to(&format!("/to?{elsewhere}/hello"))).await, Err(Failure::Closed));
    assert_eq!(asked(&open, to("/to?ftp://127.0.0.1/")).await, Err(Failure::Address));
    assert_eq!(asked(&open, to("/to?http://a:b@127.0.0.1/")).await, Err(Failure::Address));
    assert_eq!(asked(&open, to("/round")).await, Err(Failure::TooManyRedirects));
    let posted = asked(&open, Call::post(format!("{url}/to?/hello"), "x")).await;
    assert_eq!(posted.map(|(status, _)| status), Ok(302), "what is sent is not sent on");
}

#[tokio::test]
async fn who_we_are_is_told_to_nobody_else() {
    let (one, other) = (server().await, server().await);
    let open = allowing("127.0.0.1");
    let secret = || HeaderValue::from_static("Bearer geheim");
    let here = asked(&open, Call::get(format!("{one}/to?/headers")).authorised(secret())).await.expect("an answer").1;
    assert!(here.contains("authorization: Bearer geheim") && here.contains("user-agent: Hutong\n"), "{here}");
    let there = asked(&open, Call::get(format!("{one}/to?{other}/headers")).authorised(secret())).await.expect("an answer").1;
    assert!(!there.contains("geheim") && !there.contains("referer"), "{there}");
    asked(&open, Call::get(format!("{one}/cookie"))).await.expect("an answer");
    let again = asked(&open, Call::get(format!("{one}/headers"))).await.expect("an answer").1;
    assert!(!again.contains("cookie"), "{again}");
}

#[tokio::test]
async fn time_and_size_are_bounded() {
    let url = server().await;
    let open = allowing("127.0.0.1");
    let to = |path: &str| Call::get(format!("{url}{path}"));
    assert_eq!(asked(&open, to("/never").within(Duration::from_millis(50))).await, Err(Failure::TooSlow));
    assert_eq!(asked(&open, to("/endless")).await, Err(Failure::TooLarge));
    assert_eq!(asked(&open, to("/hello").at_most(4)).await, Err(Failure::TooLarge));
    assert_eq!(asked(&open, to("/hello").at_most(5)).await, Ok((200, "hello".to_owned())));
    assert_eq!(asked(&open, to("/endless").beginning(3)).await, Ok((200, "xxx".to_owned())));
    let nobody = Call::get("http://127.0.0.1:9/");
    assert!(matches!(asked(&open, nobody).await, Err(Failure::Unreachable(why)) if !why.contains("127.0.0.1")));
}

#[tokio::test]
async fn an_answer_is_an_answer_whatever_its_status() {
    let url = server().await;
    let answer = allowing("127.0.0.1").make(Call::post(format!("{url}/busy"), "x")).await.expect("an answer");
    assert_eq!((answer.status, answer.retry_after_s(), answer.body.as_ref()), (StatusCode::TOO_MANY_REQUESTS, Some(7), &b"x"[..]));
}

#[tokio::test]
async fn a_proxy_is_asked_for_what_is_not_in_an_allowed_network() {
    let proxy = server().await;
    let rules = |allow: &str| {
        let (allow, proxy) = (allow.parse().expect("networks"), ProxyAddress::parse(&proxy).expect("an address"));
        Outgoing::new(Rules { allow, proxy: Some(proxy) }, &Limits::default())
    };
    let through = asked(&rules(""), Call::get("http://nobody.invalid/hello")).await;
    assert_eq!(through, Ok((200, "for nobody.invalid".to_owned())), "names are the proxy's to resolve");
    let inside = server().await;
    assert_eq!(asked(&rules(""), Call::get(format!("{inside}/hello"))).await, Err(Failure::Closed));
    assert_eq!(asked(&rules("127.0.0.1"), Call::get(format!("{inside}/hello"))).await, Ok((200, "hello".to_owned())));
}

#[test]
fn the_address_of_a_proxy_is_http() {
    for wrong in ["proxy", "proxy:3128", "socks5://proxy:1080", "http://", "http://proxy/path"] {
        assert!(ProxyAddress::parse(wrong).is_err(), "{wrong}");
    }
    let sound = ProxyAddress::parse("http://olga:geheim@proxy.example.org:3128").expect("sound");
    assert!(!format!("{sound:?}").contains("geheim"));
}

fn allowing(networks: &str) -> Outgoing {
    Outgoing::new(Rules { allow: networks.parse().expect("networks"), proxy: None }, &Limits::default())
}

async fn asked(outgoing: &Outgoing, call: Call) -> Result<(u16, String), Failure> {
    let answer = outgoing.make(call).await?;
    Ok((answer.status.as_u16(), String::from_utf8_lossy(&answer.body).into_owned()))
}

async fn server() -> String {
    let app = Router::new()
        .route("/hello", get(hello))
        .route("/to", any(|uri: Uri| async move { (StatusCode::FOUND, [(LOCATION, uri.query().unwrap_or_default().to_owned())]) }))
        .route("/round", get(|| async { (StatusCode::FOUND, [(LOCATION, "/round")]) }))
        .route("/headers", get(headers))
        .route("/cookie", get(|| async { [(SET_COOKIE, "a=b")] }))
        .route("/never", get(std::future::pending::<()>))
        .route("/endless", get(endless))
        .route("/busy", post(|body: String| async { (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, "7")], body) }));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}

/// Says whose it is when it was asked as a proxy is.
async fn hello(uri: Uri) -> String {
    uri.host().map_or_else(|| "hello".to_owned(), |host| format!("for {host}"))
}

async fn headers(headers: HeaderMap) -> String {
    assert!(headers.contains_key(HOST) && headers.contains_key(USER_AGENT));
    let line = |name: &str| Some(format!("{name}: {}\n", headers.get(name)?.to_str().ok()?));
    [AUTHORIZATION.as_str(), COOKIE.as_str(), USER_AGENT.as_str(), "referer"].into_iter().filter_map(line).collect()
}

async fn endless() -> Response {
    let chunks = futures::stream::repeat_with(|| Ok::<_, Infallible>("x".repeat(65_536)));
    Body::from_stream(chunks).into_response()
}
