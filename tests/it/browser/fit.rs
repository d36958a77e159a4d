//! What every page owes to everybody who opens it, and the one form that nearly every test begins with.

use crate::support::{accessibility, chromium::Page};

/// Fills in the sign-in form and sends it: sector ID, password, and a name that is not needed here.
pub(super) async fn fill_in(page: &Page, who: (&str, &str, &str)) {
    page.fill("#username", who.0).await;
    page.fill("#password", who.1).await;
    page.click("#login-submit").await;
}

/// Nothing is complained about, nothing has to be scrolled sideways on a small telephone or is crushed to a column of
/// letters, and axe-core finds nothing, light and dark. With `PHUONG_TEST_SCREENSHOTS` set it leaves pictures in
/// `target/screenshots`: a quarter of the time of all browser tests.
pub(super) async fn is_fit_for_everybody(page: &Page, name: &str) {
    assert_eq!(page.complaints().await, Vec::<String>::new(), "{name}");
    let pictures = std::env::var_os("PHUONG_TEST_SCREENSHOTS").is_some();
    for (dark, shade) in [(true, "-dark"), (false, "")] {
        page.set_dark(dark).await;
        for width in [320, 390, 1280] {
            page.set_viewport(width, 900).await;
            assert!(!page.overflows_horizontally().await, "{name} at {width} px");
            assert_eq!(page.evaluate(CRUSHED).await, serde_json::json!([]), "{name} at {width} px");
            if pictures {
                page.screenshot(&format!("{name}-{width}{shade}")).await;
            }
        }
        // How a page is built depends on its width, its colours hardly do.
        let widths: &[u32] = if dark { &[320] } else { &[320, 1280] };
        for width in widths {
            page.set_viewport(*width, 900).await;
            if let Some(found) = accessibility::violations(page).await {
                assert!(found.is_empty(), "{name}{shade} at {width} px: {found:?}");
            }
        }
    }
}

/// Texts that have room for hardly two letters on a line.
const CRUSHED: &str = "
    [...document.querySelectorAll('main *')]
        .filter(e => !e.children.length && e.textContent.trim().length > 6 && e.clientWidth > 1)
        .filter(e => e.clientWidth < 2.5 * parseFloat(getComputedStyle(e).fontSize))
        .map(e => e.textContent.trim())";
