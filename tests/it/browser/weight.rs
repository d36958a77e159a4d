//! What the sign-in page costs somebody with little of everything (PRODUCT: 90 KB in 8 requests, 5 KB the next time).

use crate::support::{chromium::Chromium, demo::Demo};

#[tokio::test]
async fn the_sign_in_page_is_light_and_the_next_time_hardly_anything() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let page = chromium.page().await;
    let address = format!("{}/sign-in", demo.issuer());
    page.goto(&address).await;
    let cold = page.traffic().await;
    assert!(cold.requests <= 8 && cold.bytes <= 90_000, "{cold:?} {:?}", page.requested());
    page.goto(&address).await;
    let warm = page.traffic().await;
    assert!(warm.requests <= 8 && warm.bytes <= 5_000, "{warm:?}");
    let elsewhere: Vec<String> = page.requested().into_iter().filter(|url| !url.starts_with(demo.issuer())).collect();
    assert_eq!(elsewhere, Vec::<String>::new(), "nothing from anybody else");
}
