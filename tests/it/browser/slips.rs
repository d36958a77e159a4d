//! Codes on paper, and the teacher's class on the phone.

use super::fit::{fill_in, is_fit_for_everybody};
use crate::{
    cli::program::run,
    slips::paper::{Read, read_all},
    support::{
        chromium::{Chromium, Page},
        demo::Demo,
    },
};

/// Slips of the teacher's school, printed on the server.
fn printed(demo: &Demo) -> Vec<Read> {
    let people = demo.info["people"].as_array().unwrap();
    let teacher = people.iter().find(|person| person["role"] == "teacher").unwrap();
    let school = teacher["school_code"].as_str().unwrap();
    let done = run(demo.folder(), &["slips", "--school", school, "--out", "phieu.pdf"], &[]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    read_all(&std::fs::read(demo.folder().join("phieu.pdf")).unwrap())
}

#[tokio::test]
async fn a_slip_that_is_scanned_fills_the_form_in_and_leaves_no_code_in_the_address() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let (slips, page) = (printed(&demo), chromium.page().await);
    let (first, second) = (&slips[0], &slips[1]);
    page.goto(&first.way_in()).await;
    let filled = [page.value("#username").await, page.value("#code").await];
    assert_eq!(filled, [first.sector_id.clone(), first.code.replace('-', "")]);
    let address = page.evaluate("location.href").await;
    assert_eq!(address, format!("{}/activate", demo.issuer()), "r50: the browser's history keeps no code");
    is_fit_for_everybody(&page, "activate-scanned").await;
    page.click("#go-on").await;
    assert!(page.text(".identity").await.contains(&first.name));
    // A second slip is scanned in the same tab, on the page that is open already.
    page.goto(&format!("{}/activate", demo.issuer())).await;
    page.goto(&second.way_in()).await;
    let later = "new Promise(done => setTimeout(() => done(document.getElementById('code').value)))";
    assert_eq!(page.evaluate(later).await, second.code.replace('-', ""));
}

#[tokio::test]
async fn a_slip_is_typed_off_where_there_is_no_script() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let (slip, page) = (printed(&demo).remove(0), chromium.page().await);
    page.disable_javascript().await;
    page.goto(&slip.way_in()).await;
    super::activation::enter(&page, &slip.sector_id, &slip.code).await;
    assert!(page.text(".identity").await.contains(&slip.name));
}

#[tokio::test]
async fn a_teacher_gives_a_code_on_the_phone_and_prints_for_the_class() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let page = chromium.page().await;
    page.set_viewport(320, 640).await;
    page.goto(&format!("{}/portal", demo.issuer())).await;
    fill_in(&page, demo.person("teacher")).await;
    is_fit_for_everybody(&page, "portal-of-a-teacher").await;
    page.click("#to-class").await;
    is_fit_for_everybody(&page, "class").await;
    let pdf = fetched(&page, "#print-all").await;
    let slips = read_all(&pdf);
    assert_eq!(page.evaluate("document.querySelectorAll('.pupils > li').length").await, slips.len());
    let name = page.text(".pupils > li strong").await;
    page.click(".pupils [name=person]").await;
    assert!(page.text("h1").await.contains(&name));
    is_fit_for_everybody(&page, "class-code").await;
}

#[tokio::test]
async fn a_school_prints_from_its_console_and_a_pupil_activates_with_it() {
    let Some(chromium) = Chromium::start().await else { return };
    let demo = Demo::start();
    let page = chromium.page().await;
    page.goto(&format!("{}/console", demo.issuer())).await;
    fill_in(&page, demo.person("school_admin")).await;
    page.click("#to-slips").await;
    is_fit_for_everybody(&page, "slips").await;
    let slip = read_all(&fetched(&page, "#print-slips").await).remove(0);
    let pupil = chromium.page().await;
    pupil.goto(&slip.way_in()).await;
    pupil.click("#go-on").await;
    assert!(pupil.text(".identity").await.contains(&slip.name));
    pupil.click("button.primary").await;
    pupil.fill("#new", "tre xanh song que").await;
    pupil.click("button.primary").await;
    assert!(pupil.text("main").await.contains(&slip.name));
}

/// What a form's button downloads: the browser would keep it in a folder of its own.
pub(super) async fn fetched(page: &Page, button: &str) -> Vec<u8> {
    let got = page
        .evaluate(&format!(
            "(async () => {{
                const button = document.querySelector({button:?}), form = button.form;
                const body = new URLSearchParams(new FormData(form, button));
                const answer = await fetch(form.action, {{ method: 'POST', body }});
                return [answer.headers.get('content-type'), [...new Uint8Array(await answer.arrayBuffer())]];
            }})()"
        ))
        .await;
    assert_eq!(got[0], "application/pdf");
    serde_json::from_value(got[1].clone()).unwrap()
}
