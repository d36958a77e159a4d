//! `phuong user grant` and `phuong client grant`: an administrative role given, or taken away.

use serde_json::json;

use super::{Context, Exit, Failure, user::org};
use crate::{
    admin::administrators::{self, NotGranted},
    base::id::PersonId,
    services::{
        Services,
        authority::{AdminRole, Right, Standing},
    },
};

/// Whom a role is given to, and what they are called.
pub(super) struct Whom<'a> {
    pub(super) person: PersonId,
    /// The member under which `id` is told.
    pub(super) called: &'static str,
    pub(super) id: &'a str,
}

pub(super) async fn grant(
    context: &Context,
    sv: &Services,
    who: &Standing,
    (whom, role, code): (Whom<'_>, &str, Option<&str>),
    remove: bool,
) -> Result<(), Failure> {
    let Some(role) = AdminRole::named(role) else {
        let roles = AdminRole::ALL.map(AdminRole::as_str).join(", ");
        let (vi, en) = (format!("không có vai trò {role}; có: {roles}"), format!("no role {role}; there are: {roles}"));
        return Err(Failure::said(Exit::Usage, vi, en));
    };
    let org = match code {
        Some(code) => org(sv, code).await?,
        // Over every school it is hardly meant, and quickly given: that it was given so once can be taken away.
        None if role == AdminRole::SchoolAdmin && !remove => {
            let vi = "school_admin là quyền ở một trường hay một xã: hãy thêm --org với mã trường hoặc tên xã; toàn ngành là sector_admin";
            let en = "school_admin is over a school or a commune: add --org with the code of the school or the name of the commune; over the whole sector it is sector_admin";
            return Err(Failure::said(Exit::Usage, vi, en));
        }
        None => administrators::whole_sector(sv).await?,
    };
    let leave = who.delegating(sv, Right { role, org }).await?;
    let id = whom.id;
    let subject = who.over(sv, whom.person).await?;
    let changed = if remove {
        administrators::take(sv, &leave, &subject).await?
    } else {
        let given = administrators::give(sv, &leave, &subject).await?;
        if given.codes_ended {
            let vi = format!("Mã đã cấp trước đây không dùng được nữa; cấp mã mới: phuong user code {id}");
            context
                .out
                .note(&vi, &format!("The code issued before is worth nothing now; a new one: phuong user code {id}"));
        }
        given.changed
    };
    let value = json!({ whom.called: id, "role": role.as_str(), "org": code, "granted": !remove, "changed": changed });
    context.out.result(&value, &format!("{} {id} {}", if remove { "✗" } else { "✓" }, role.as_str()));
    Ok(())
}

impl From<NotGranted> for Failure {
    fn from(error: NotGranted) -> Self {
        let en = error.to_string();
        match error {
            NotGranted::Store(error) => error.into(),
            NotGranted::Denied(denied) => denied.into(),
            NotGranted::Last => Self::said(
                Exit::Usage,
                "đây là quản trị ngành cuối cùng đăng nhập được: hãy trao quyền ấy cho người khác trước",
                en,
            ),
            NotGranted::Pupil => Self::said(
                Exit::Usage,
                "người này là học sinh, không làm việc ở nơi nào trong ngành: quyền quản trị chỉ trao cho người làm việc",
                en,
            ),
            NotGranted::OnlySector => Self::said(Exit::Usage, "vai trò này chỉ cấp cho toàn ngành: bỏ --org", en),
        }
    }
}
