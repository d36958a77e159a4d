//! `phuong user correct`: what is known of one person, as it should be.

use serde_json::json;

use super::{Context, Exit, Failure, user::person};
use crate::{
    admin::corrections::{self, Mistake, NotCorrected, Typed},
    model::{dates::DateError, name::NameError, person::PersonMistake},
    services::{Services, authority::Standing},
};

/// Whom to correct, and what of them; what is not given stays.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("what").required(true).multiple(true)
    .args(["name", "born", "sex", "email", "phone"]))]
pub(super) struct Args {
    /// Their sector ID.
    id: String,
    /// The full name, family name first.
    #[arg(long)]
    name: Option<String>,
    /// The day of birth: day/month/year, or year-month-day.
    #[arg(long, value_name = "DATE")]
    born: Option<String>,
    /// The sex: nam or nữ, male or female.
    #[arg(long)]
    sex: Option<String>,
    /// The e-mail address; "" takes it away.
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// The telephone number, 0 and nine digits; "" takes it away.
    #[arg(long, value_name = "NUMBER")]
    phone: Option<String>,
}

pub(super) async fn run(context: &Context, sv: &Services, who: &Standing, args: Args) -> Result<(), Failure> {
    let Args { id, name, born, sex, email, phone } = args;
    let leave = who.over(sv, person(sv, &id).await?).await?;
    let typed = Typed { name, born, sex, email, phone };
    let changed = corrections::correct(sv, &leave, &typed, None).await?;
    let line = format!("{} {id}", if changed { "✓" } else { "=" });
    context.out.result(&json!({ "sector_id": id, "changed": changed }), &line);
    Ok(())
}

impl From<NotCorrected> for Failure {
    fn from(error: NotCorrected) -> Self {
        let en = error.to_string();
        match error {
            NotCorrected::Mistakes(mistakes) => {
                let vi: Vec<&str> = mistakes.into_iter().map(in_vietnamese).collect();
                Self::said(Exit::Usage, vi.join("; "), en)
            }
            NotCorrected::Overtaken => Self::said(Exit::Later, "hồ sơ vừa được sửa ở nơi khác; hãy chạy lại", en),
            NotCorrected::Denied(denied) => denied.into(),
            NotCorrected::Store(error) => error.into(),
        }
    }
}

const fn in_vietnamese(mistake: Mistake) -> &'static str {
    use PersonMistake::{Born, Future, Name, Sex};
    match mistake {
        Mistake::Person(Name(NameError::NoLetters)) => "--name: họ và tên cần có chữ cái",
        Mistake::Person(Name(NameError::TooLong)) => "--name: họ và tên dài tối đa 120 ký tự",
        Mistake::Person(Name(NameError::Damaged)) => {
            "--name: họ và tên có ký tự không thuộc về tên (dấu ? thường là chữ đã mất khi lưu tệp)"
        }
        Mistake::Person(Born(DateError::NoSuchDay | DateError::NoSuchMonth)) => "--born: không có ngày này trong lịch",
        Mistake::Person(Born(DateError::OutOfRange)) => "--born: năm sinh phải từ 1900 đến nay",
        Mistake::Person(Born(DateError::ShortYear | DateError::YearOnly | DateError::Unreadable)) => {
            "--born: hãy ghi ngày/tháng/năm, năm có 4 chữ số, ví dụ 14/03/2017"
        }
        Mistake::Person(Future) => "--born: ngày sinh không thể ở tương lai",
        Mistake::Person(Sex) => "--sex: hãy ghi nam hoặc nữ",
        Mistake::Email => "--email: đây không phải địa chỉ e-mail; \"\" là bỏ địa chỉ đang ghi",
        Mistake::Phone => "--phone: số điện thoại gồm số 0 và 9 chữ số; \"\" là bỏ số đang ghi",
    }
}
