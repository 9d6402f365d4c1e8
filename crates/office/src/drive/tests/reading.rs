//! Bytes: parts of them, whether they are still the same, what a browser is told they are, smaller pictures.

use std::io::Cursor;

use axum::body::Body;
use axum::http::Request;
use image::{DynamicImage, ImageFormat};
use testkit::{Answer, Office, Person};

async fn own(who: &Person) -> String {
    who.get("/api/drive/spaces").await.ok()["spaces"][0]["id"].as_str().expect("one's own").to_owned()
}

async fn ask(who: &Person, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    who.send_raw(request.body(Body::empty()).expect("a request")).await
}

#[tokio::test]
async fn a_part_is_given_to_whoever_wants_one() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let space = own(&alice).await;
    let file = alice.upload(&[("space", &space), ("filename", "digits.txt")], "0123456789").await;
    let path = format!("/api/drive/files/{file}/content");
    for (range, status, body, told) in [
        ("bytes=0-0", 206, "0", "bytes 0-0/10"),
        ("bytes=2-4", 206, "234", "bytes 2-4/10"),
        ("bytes=7-", 206, "789", "bytes 7-9/10"),
        ("bytes=-2", 206, "89", "bytes 8-9/10"),
        ("bytes=9-99", 206, "9", "bytes 9-9/10"),
        ("bytes=10-", 416, "", "bytes */10"),
        ("bytes=-0", 416, "", "bytes */10"),
        ("bytes=0-1,4-5", 200, "0123456789", ""),
        ("lines=1-2", 200, "0123456789", ""),
    ] {
        let answer = ask(&alice, &path, &[("range", range)]).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-range")), (status, told), "{range}");
        assert_eq!(String::from_utf8_lossy(&answer.bytes), body, "{range}");
    }
    let whole = ask(&alice, &path, &[]).await;
    assert_eq!((whole.header("accept-ranges"), whole.header("content-length")), ("bytes", "10"));
    let tag = whole.header("etag").to_owned();
    assert_eq!(ask(&alice, &path, &[("if-none-match", &tag)]).await.status, 304);
    let same = ask(&alice, &path, &[("range", "bytes=0-1"), ("if-range", &tag)]).await;
    assert_eq!(same.status, 206);
    alice.upload(&[("file", &file), ("filename", "x")], "abcdefghij").await;
    let other = ask(&alice, &path, &[("range", "bytes=0-1"), ("if-range", &tag)]).await;
    assert_eq!((other.status.as_u16(), other.bytes.as_slice()), (200, &b"abcdefghij"[..]), "it is another file now");
    assert_eq!(ask(&alice, &path, &[("if-none-match", &tag)]).await.status, 200);
}

#[tokio::test]
async fn nothing_is_served_that_a_browser_would_run() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let space = own(&alice).await;
    let script = "<script>alert(1)</script>";
    for (name, declared, shown, is_attachment) in [
        ("page.html", "text/html", "text/plain; charset=utf-8", false),
        ("page.xhtml", "image/png", "text/plain; charset=utf-8", false),
        ("drawing.svg", "image/svg+xml", "text/plain; charset=utf-8", false),
        ("data.xml", "text/xml", "text/plain; charset=utf-8", false),
        ("page", "text/html", "application/octet-stream", true),
        ("macro.docm", "text/html", "application/octet-stream", true),
        ("sheet.xlsx", "", "application/octet-stream", true),
        ("photo.png", "text/html", "image/png", false),
        ("film.mp4", "", "video/mp4", false),
        ("paper.pdf", "", "application/pdf", false),
    ] {
        let file = alice.upload(&[("space", &space), ("filename", name), ("filetype", declared)], script).await;
        let path = format!("/api/drive/files/{file}/content");
        let answer = ask(&alice, &path, &[]).await;
        assert_eq!(answer.header("content-type"), shown, "{name}");
        assert_eq!(answer.header("content-disposition").starts_with("attachment"), is_attachment, "{name}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("sandbox") && !policy.contains("allow-"), "{policy}");
        let saved = ask(&alice, &format!("{path}?download=1"), &[]).await;
        assert!(saved.header("content-disposition").starts_with("attachment; filename=\""), "{name}");
    }
}

fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(width, height).write_to(&mut file, format).expect("a picture");
    file.into_inner()
}

#[tokio::test]
async fn a_picture_is_shown_small_as_soon_as_it_is_there() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let space = own(&alice).await;
    for (name, format) in
        [("a.png", ImageFormat::Png), ("b.jpg", ImageFormat::Jpeg), ("c.gif", ImageFormat::Gif), ("d.webp", ImageFormat::WebP)]
    {
        let file = alice.upload(&[("space", &space), ("filename", name)], picture(800, 400, format)).await;
        let entry = alice.get(&format!("/api/drive/entries/{file}")).await.ok();
        assert_eq!((&entry["width"], &entry["height"], &entry["has_thumbnail"]), (&800.into(), &400.into(), &true.into()), "{name}");
        for (size, edge) in [("small", 360), ("large", 800)] {
            let small = ask(&alice, &format!("/api/drive/files/{file}/thumbnail?size={size}"), &[]).await;
            small.ok();
            assert_eq!(small.header("content-type"), "image/jpeg");
            assert_eq!(image::load_from_memory(&small.bytes).expect("a picture").width(), edge);
            let again =
                ask(&alice, &format!("/api/drive/files/{file}/thumbnail?size={size}"), &[("if-none-match", small.header("etag"))]).await;
            assert_eq!(again.status, 304);
        }
        let bob = office.stranger();
        bob.get(&format!("/api/drive/files/{file}/thumbnail")).await.refused("request.signed_out");
    }
    let broken = alice.upload(&[("space", &space), ("filename", "broken.png")], "no picture").await;
    alice.get(&format!("/api/drive/files/{broken}/thumbnail")).await.is_not_found();
    alice.get(&format!("/api/drive/files/{broken}/content")).await.ok();
}

#[tokio::test]
async fn another_organisation_finds_nothing() {
    let office = Office::open().await;
    let alice = office.member("alice").await;
    let eve = office.owner_elsewhere().await;
    let space = own(&alice).await;
    let file = alice.upload(&[("space", &space), ("filename", "a.txt")], "hello").await;
    eve.get(&format!("/api/drive/files/{file}/content")).await.is_not_found();
    eve.get(&format!("/api/drive/spaces/{space}/entries")).await.is_not_found();
    eve.begin_upload(1, &[("space", &space), ("filename", "b")]).await.is_not_found();
    eve.begin_upload(1, &[("file", &file), ("filename", "b")]).await.is_not_found();
    let hers = own(&eve).await;
    let known =
        [("space", hers.as_str()), ("filename", "b"), ("sha256", "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")];
    assert_eq!(eve.begin_upload(5, &known).await.header("hutong-file"), "");
    office.owner().get(&format!("/api/drive/files/{file}/content")).await.is_not_found();
}
