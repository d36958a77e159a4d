//! What the sign-in page costs somebody with little of everything (PRODUCT: 90 KB in 8 requests, 5 KB the next time), by
//! itself and on the way to an app.

use crate::support::{chromium::Chromium, demo::Demo};

#[tokio::test]
async fn the_sign_in_page_is_light_and_the_next_time_hardly_anything() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let page = chromium.page().await;
    for address in [format!("{}/sign-in", demo.issuer()), format!("{}/login", demo.app(0))] {
        page.goto(&address).await;
        let cold = page.traffic_with(demo.issuer()).await;
        assert!(cold.requests <= 8 && cold.bytes <= 90_000, "{cold:?} {:?}", page.requested());
        page.goto(&address).await;
        let warm = page.traffic_with(demo.issuer()).await;
        assert!(warm.requests <= 8 && warm.bytes <= 5_000, "{warm:?} {address}");
        let ours = |url: &String| url.starts_with(demo.issuer()) || *url == address;
        let elsewhere: Vec<String> = page.requested().into_iter().filter(|url| !ours(url)).collect();
        assert_eq!(elsewhere, Vec::<String>::new(), "nothing from anybody else");
    }
}
