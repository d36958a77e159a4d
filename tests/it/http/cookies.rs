//! Cookies as a browser keeps them, and as others of the same domain plant them.

use axum::{
    body::Body,
    http::{HeaderValue, Request, header},
};

use crate::support::{
    callers::Browser,
    tour::{Answer, Https, Tour},
};

both! { async fn r24_over_https_every_cookie_is_bound_to_this_host(t: Https) {
    let page = t.0.get("/sign-in?lang=en", None).await;
    let mut set: Vec<String> = page.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap().to_owned()).collect();
    let (mut browser, teacher) = (Browser::default(), t.0.person("teacher").clone());
    let form = browser.get(&t.0, "/sign-in").await;
    let (csrf, flow) = (form.field("csrf"), form.field("flow"));
    // On a device of their own: it remembers who was here.
    let own = [("csrf", csrf.as_str()), ("flow", &flow), ("username", &teacher.sector_id), ("password", &teacher.password), ("own_device", "yes")];
    let signed_in = browser.post(&t.0, "/sign-in", &own).await;
    set.extend(signed_in.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap().to_owned()));
    let names: Vec<&str> = set.iter().map(|cookie| cookie.split('=').next().unwrap()).collect();
    for kind in ["browser", "language", "session", "devices", "people"] {
        assert!(names.contains(&format!("__Host-phuong-{kind}").as_str()), "{names:?}");
    }
    // The one of session management is another matter.
    for cookie in set.iter().filter(|cookie| !cookie.starts_with("__Host-phuong-state=")) {
        let attributes: Vec<&str> = cookie.split("; ").skip(1).collect();
        for wanted in ["Path=/", "HttpOnly", "Secure", "SameSite=Lax"] {
            assert!(attributes.contains(&wanted), "{cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
    assert!(page.headers.contains_key("strict-transport-security"));
} }

both! { async fn r24_a_cookie_is_unguessable_and_a_shared_device_forgets_it(t: Tour) {
    let (mut one, mut two) = (Browser::default(), Browser::default());
    let signed_in = one.sign_in_as(&t, "/sign-in", "teacher").await;
    two.sign_in_as(&t, "/sign-in", "teacher").await;
    for name in ["phuong-session-8080", "phuong-browser-8080"] {
        assert_ne!(one.cookies[name], two.cookies[name]);
        assert_eq!(one.cookies[name].len(), 43, "256 bits");
    }
    let sets = signed_in.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let session = sets.filter(|set| set.starts_with("phuong-session")).collect::<Vec<_>>();
    assert!(session.len() == 1 && !session[0].contains("Max-Age"), "{session:?}");
} }

both! { async fn r24_another_apps_cookies_do_not_hide_ours_and_a_planted_one_is_not_believed(t: Tour) {
    let mut browser = Browser::default();
    browser.sign_in_as(&t, "/sign-in", "teacher").await;
    let session = format!("phuong-session-8080={}", browser.session().unwrap());
    let portal = async |cookie: Vec<u8>| {
        let cookie = HeaderValue::from_bytes(&cookie).unwrap();
        let request = Request::get("/portal").header(header::COOKIE, cookie).body(Body::empty()).unwrap();
        Answer::of(t.send(request).await).await.text.contains("data-client-id")
    };
    assert!(portal([b"theirs=\xff\xfe; ", session.as_bytes()].concat()).await, "bytes that are no text");
    assert!(portal(format!("=; ;;a; {session}; b=\"x").into_bytes()).await, "nonsense");
    assert!(!portal(format!("phuong-session-8080=planted; {session}").into_bytes()).await, "two: one of them is not ours");
    assert!(!portal(format!("{session}; phuong-session-8080=planted").into_bytes()).await, "in either order");
    assert!(!portal(session.replace("8080", "8081").into_bytes()).await, "another port's");
} }
