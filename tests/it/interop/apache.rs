//! Apache with Debian's `mod_auth_openidc`, which signs people in for whatever stands behind it.

use std::{
    fs,
    net::TcpListener,
    path::Path,
    process::{Child, Command},
    time::{Duration, Instant},
};

use phuong::protocol::registration::Registration;
use serde_json::json;

use super::{authlib::play, scripts, situation};
use crate::support::{callers::RelyingParty, skip::skip, tour::Served};

/// A server that ends with its test.
struct Httpd(Child);

impl Httpd {
    fn start(program: &Path, served: &Served, port: u16, secret: &str, folder: &Path) -> Self {
        let htdocs = folder.join("htdocs/protected");
        fs::create_dir_all(&htdocs).unwrap();
        fs::write(htdocs.join("index.html"), "protected").unwrap();
        // As root Apache gives its rights away to somebody, who must get at the folder.
        for open in [folder, &folder.join("htdocs"), &htdocs] {
            fs::set_permissions(open, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        }
        let modules = "/usr/lib/apache2/modules";
        let filled = [
            ("FOLDER", folder.to_str().unwrap()),
            ("PORT", &port.to_string()),
            ("MODULES", modules),
            ("ISSUER", &served.issuer),
            ("SECRET", secret),
            ("USER", "nobody"),
            ("GROUP", "nogroup"),
        ];
        let mut text = fs::read_to_string(scripts("apache").join("httpd.conf")).unwrap();
        for (name, value) in filled {
            text = text.replace(&format!("%{name}%"), value);
        }
        let file = folder.join("httpd.conf");
        fs::write(&file, text).unwrap();
        Self(Command::new(program).arg("-f").arg(&file).arg("-DFOREGROUND").spawn().unwrap())
    }

    /// Waits until it takes connections.
    async fn ready(&mut self, port: u16, folder: &Path) {
        let until = Instant::now() + Duration::from_secs(30);
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            let log = || fs::read_to_string(folder.join("log")).unwrap_or_default();
            assert!(self.0.try_wait().unwrap().is_none(), "Apache ended: {}", log());
            assert!(Instant::now() < until, "Apache did not start: {}", log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Httpd {
    fn drop(&mut self) {
        // TERM, so that it ends its children as well.
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

both! { async fn apache_signs_people_in_and_hears_when_they_sign_out_elsewhere(served: Served) {
    let Some(program) = std::env::var_os("PHUONG_TEST_APACHE") else {
        skip("Apache with mod_auth_openidc", "PHUONG_TEST_APACHE");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let address = format!("http://localhost:{port}/protected/redirect_uri");
    let app = RelyingParty::registered(&served.tour, "apache", |ask| Registration {
        redirect_uris: vec![address.clone()],
        backchannel_logout_uri: Some(format!("{address}?logout=backchannel")),
        ..ask
    })
    .await;
    let mut httpd = Httpd::start(Path::new(&program), &served, port, &app.secret, folder.path());
    httpd.ready(port, folder.path()).await;
    let mut given = situation(&served, "apache", &address);
    given["app"] = json!(format!("http://localhost:{port}"));
    let Some(said) = play("apache_visitor.py", given).await else { return };
    let log = fs::read_to_string(folder.path().join("log")).unwrap_or_default();
    assert_eq!(said["first"][0], 200, "{said}\n{log}");
    assert!(said["first"][1].as_str().is_some_and(|sub| sub.len() == 43), "{said}\n{log}");
    assert_eq!(said["second"], 200, "the session stays");
    assert_eq!(said["out"], true);
    assert_eq!(said["third"], json!([302, true]), "signed out elsewhere, and therefore here: {log}");
} }
