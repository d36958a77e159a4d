//! Why a command did not do its work: what happened, in both languages, and the command that leads on.

use std::process::ExitCode;

use crate::{
    app::StartError,
    config::Mistakes,
    i18n::Locale,
    protocol::scope::KNOWN,
    services::{
        authority::{Denied, NoPermit},
        keys::{KekError, KeyError},
    },
    store::StoreError,
};

/// Exit codes; they do not change, scripts rely on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Something nobody expected.
    Unexpected = 1,
    /// The command line or what it names is wrong.
    Usage = 2,
    /// The configuration is wrong.
    Configuration = 3,
    /// `phuong doctor` found errors.
    DoctorFoundErrors = 4,
    /// Some rows were rejected; the others went in.
    RowsRejected = 5,
    /// Confirmation is needed.
    ConfirmationNeeded = 6,
    /// Try again later.
    Later = 75,
    /// Interrupted; the same command goes on where it stopped.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command did not do its work.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) exit: Exit,
    vi: String,
    en: String,
    /// The name of what is wrong with a file, for programs; it never changes.
    pub(super) code: Option<&'static str>,
    /// The command that leads on.
    pub(super) next: Option<String>,
    /// Whether the result on stdout tells it already.
    pub(super) told: bool,
}

impl Failure {
    /// A failure whose words exist in one language only: the system's, a file's.
    pub(super) fn new(exit: Exit, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { exit, vi: message.clone(), en: message, code: None, next: None, told: false }
    }

    /// A failure in both languages.
    pub(super) fn said(exit: Exit, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self { exit, vi: vi.into(), en: en.into(), code: None, next: None, told: false }
    }

    /// Names what is wrong.
    pub(super) const fn named(mut self, code: &'static str) -> Self {
        self.code = Some(code);
        self
    }

    /// Names the command that leads on.
    pub(super) fn then(mut self, command: impl Into<String>) -> Self {
        self.next = Some(command.into());
        self
    }

    /// The result is out: stdout says no more.
    pub(super) const fn told(mut self) -> Self {
        self.told = true;
        self
    }

    /// What happened.
    pub(super) fn what(&self, locale: Locale) -> &str {
        match locale {
            Locale::Vi => &self.vi,
            Locale::En => &self.en,
        }
    }
}

impl From<Mistakes> for Failure {
    fn from(mistakes: Mistakes) -> Self {
        let count = mistakes.0.len();
        let vi = format!("cấu hình có {count} lỗi\n{}", mistakes.in_vietnamese());
        let en = format!("the configuration has {count} mistake(s)\n{mistakes}");
        Self::said(Exit::Configuration, vi, en)
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        let en = error.to_string();
        match error {
            StartError::Behind(steps) => {
                let vi = format!("cơ sở dữ liệu thiếu {steps} bước nâng cấp");
                Self::said(Exit::Configuration, vi, en).then("phuong migrate")
            }
            StartError::Nowhere(file) => {
                let vi = format!(
                    "không có cơ sở dữ liệu ở {}; hãy chỉ ra tệp cấu hình bằng --config, hoặc tạo mới",
                    file.display()
                );
                Self::said(Exit::Configuration, vi, en).then("phuong init")
            }
            StartError::Ahead => {
                let vi = "cơ sở dữ liệu đã được một bản phuong mới hơn nâng cấp; hãy chạy bản đó";
                Self::said(Exit::Configuration, vi, en)
            }
            StartError::Scope(scope) => {
                let vi = format!("oauth.dynamic.scopes có {scope}, là scope không tồn tại; có: {}", KNOWN.join(" "));
                Self::said(Exit::Configuration, vi, en)
            }
            StartError::Kek(KekError::Missing(path)) => {
                let vi = format!("không có khoá mã hoá khoá trong {}; hãy khôi phục tệp từ nơi đã cất", path.display());
                Self::said(Exit::Configuration, vi, en).then("phuong init")
            }
            StartError::Kek(error) => {
                Self::said(Exit::Configuration, format!("khoá mã hoá khoá không dùng được: {error}"), en)
            }
            StartError::Key(KeyError::Store(error)) | StartError::Store(error) => error.into(),
            StartError::Key(error) => Self::said(Exit::Configuration, format!("khoá không mở được: {error}"), en),
            StartError::Lock(error) => Self::said(Exit::Later, format!("máy chủ khác đang chạy: {error}"), en),
            StartError::Open(error) => Self::said(Exit::Later, format!("không mở được cơ sở dữ liệu: {error}"), en),
            StartError::Listen(at, error) => {
                let vi = format!("không mở được cổng {at}: {error}; hãy chọn cổng khác");
                Self::said(Exit::Unexpected, vi, en)
            }
            StartError::Authorities(setting, path, why) => {
                let vi = format!("{setting}: không dùng được {}: {why}", path.display());
                Self::said(Exit::Configuration, vi, en)
            }
            StartError::Tls(error) => {
                let vi = format!("server.tls_cert, server.tls_key: không dùng được: {error}");
                Self::said(Exit::Configuration, vi, en)
            }
            StartError::Fetch(error) => Self::new(Exit::Unexpected, error.to_string()),
        }
    }
}

/// An outage passes, and the same command may work later; what else is wrong with the database does not.
impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let exit = if error.is_outage() { Exit::Later } else { Exit::Unexpected };
        Self::said(exit, format!("cơ sở dữ liệu báo lỗi: {error}"), error.to_string())
    }
}

impl From<Denied> for Failure {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Missing => Self::said(Exit::Usage, "không có người hay đơn vị nào như vậy", denied.to_string()),
            _ => Self::said(Exit::Usage, format!("không được phép: {denied}"), denied.to_string()),
        }
    }
}

impl From<NoPermit> for Failure {
    fn from(error: NoPermit) -> Self {
        match error {
            NoPermit::Denied(denied) => denied.into(),
            NoPermit::Store(error) => error.into(),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::new(Exit::Unexpected, error.to_string())
    }
}
