//! Hosts that keep to another reading of HTTP than Flickr's image host does.

use flickr_model::Media;

use crate::scripted::{Reply, Scripted};
use crate::world::read;

const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\x01\0H\0H\0\0\xff\xd9";

#[tokio::test]
async fn a_picture_that_is_called_a_page_is_read_and_a_page_is_not() {
    let server = Scripted::raw(
        |asked| match asked.path.as_str() {
            "/page" => Reply::ok("<html>this photo is not available</html>").with("content-type: text/html"),
            path => Reply::ok(JPEG).with(&format!("content-type: {}", &path[1..])),
        },
        |_| {},
    )
    .await;

    for kind in ["text/plain", "text/html", "application/json", "image/jpeg"] {
        let download = server.client.open(&server.source(kind), Media::Photo).await.unwrap();
        assert_eq!(read(download).await.unwrap(), JPEG, "{kind}");
    }
    let error = server.client.open(&server.source("page"), Media::Photo).await.unwrap_err();
    assert!(error.wants_new_address(), "{error:?}");
}
