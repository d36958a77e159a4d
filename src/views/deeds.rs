//! What the audit trail tells of, in people's words: one table, for the page and for its filter.

/// Each deed of the trail, with the key of its words.
pub const DEEDS: &[(&str, &str)] = &[
    ("session.began", "audit-session-began"),
    ("session.ended", "audit-session-ended"),
    ("sign_in.failed", "audit-sign-in-failed"),
    ("account.activated", "audit-account-activated"),
    ("password.changed", "audit-password-changed"),
    ("account.disowned", "audit-account-disowned"),
    ("account.code_issued", "audit-account-code-issued"),
    ("account.badge_issued", "audit-account-badge-issued"),
    ("account.badge_voided", "audit-account-badge-voided"),
    ("account.badge_ended", "audit-account-badge-ended"),
    ("account.badge_revived", "audit-account-badge-revived"),
    ("account.suspended", "audit-account-suspended"),
    ("account.resumed", "audit-account-resumed"),
    ("account.signed_out", "audit-account-signed-out"),
    ("account.lapsed", "audit-account-lapsed"),
    ("account.woken", "audit-account-woken"),
    ("account.deactivated", "audit-account-deactivated"),
    ("account.purged", "audit-account-purged"),
    ("account.unmade", "audit-account-unmade"),
    ("administrator.first", "audit-administrator-first"),
    ("role.given", "audit-role-given"),
    ("role.taken", "audit-role-taken"),
    ("device.opened", "audit-device-opened"),
    ("device.refused", "audit-device-refused"),
    ("consent.given", "audit-consent-given"),
    ("consent.withdrawn", "audit-consent-withdrawn"),
    ("identifier.added", "audit-identifier-added"),
    ("identifier.corrected", "audit-identifier-corrected"),
    ("person.registered", "audit-person-registered"),
    ("person.corrected", "audit-person-corrected"),
    ("person.imported", "audit-person-imported"),
    ("person.described", "audit-person-described"),
    ("person.merged", "audit-person-merged"),
    ("person.merged_into", "audit-person-merged-into"),
    ("person.exported", "audit-person-exported"),
    ("people.exported", "audit-people-exported"),
    ("membership.began", "audit-membership-began"),
    ("membership.ended", "audit-membership-ended"),
    ("membership.made_main", "audit-membership-made-main"),
    ("membership.role_changed", "audit-membership-role-changed"),
    ("membership.transferred", "audit-membership-transferred"),
    ("transfer.asked", "audit-transfer-asked"),
    ("transfer.claimed", "audit-transfer-claimed"),
    ("transfer.approved", "audit-transfer-approved"),
    ("transfer.declined", "audit-transfer-declined"),
    ("transfer.withdrawn", "audit-transfer-withdrawn"),
    ("transfer.expired", "audit-transfer-expired"),
    ("import.uploaded", "audit-import-uploaded"),
    ("import.amended", "audit-import-amended"),
    ("import.agreed", "audit-import-agreed"),
    ("import.started", "audit-import-started"),
    ("import.finished", "audit-import-finished"),
    ("import.undone", "audit-import-undone"),
    ("import.discarded", "audit-import-discarded"),
    ("import.retried", "audit-import-retried"),
    ("import.paused", "audit-import-paused"),
    ("import.resumed", "audit-import-resumed"),
    ("rollover.drafted", "audit-rollover-drafted"),
    ("rollover.marked", "audit-rollover-marked"),
    ("rollover.scheduled", "audit-rollover-scheduled"),
    ("rollover.unscheduled", "audit-rollover-unscheduled"),
    ("rollover.done", "audit-rollover-done"),
    ("rollover.undoing", "audit-rollover-undoing"),
    ("rollover.undone", "audit-rollover-undone"),
    ("slips.printed", "audit-slips-printed"),
    ("badges.printed", "audit-badges-printed"),
    ("org.founded", "audit-org-founded"),
    ("org.corrected", "audit-org-corrected"),
    ("org.attached", "audit-org-attached"),
    ("org.closed", "audit-org-closed"),
    ("org.networks_set", "audit-org-networks-set"),
    ("client.added", "audit-client-added"),
    ("client.registered", "audit-client-registered"),
    ("client.account_made", "audit-client-account-made"),
    ("client.invited", "audit-client-invited"),
    ("client.changed", "audit-client-changed"),
    ("client.secret_rotated", "audit-client-secret-rotated"),
    ("client.enabled", "audit-client-enabled"),
    ("client.disabled", "audit-client-disabled"),
    ("client.removed", "audit-client-removed"),
    ("key.rotated", "audit-key-rotated"),
    ("key.revoked", "audit-key-revoked"),
    ("job.retried", "audit-job-retried"),
    ("job.discarded", "audit-job-discarded"),
    ("audit.exported", "audit-audit-exported"),
    ("audit.purged", "audit-audit-purged"),
];

/// What else than a person, an app or an org deeds are done to, by how it is called in the trail, with the key of its words.
const THINGS: [(&str, &str); 7] = [
    ("import:", "audit-thing-import"),
    ("upload:", "audit-thing-import"),
    ("class:", "audit-thing-class"),
    ("job:", "audit-thing-job"),
    ("people", "audit-thing-people"),
    ("clients", "audit-thing-clients"),
    ("audit", "audit-thing-audit"),
];

/// The key of the words for something that a deed was done to.
pub fn thing(subject: &str) -> Option<&'static str> {
    THINGS
        .iter()
        .find(|(name, _)| subject == *name || name.ends_with(':') && subject.starts_with(name))
        .map(|(_, key)| *key)
}

/// The key of a deed's words; `None` for one that this program does not know.
pub fn words_of(action: &str) -> Option<&'static str> {
    DEEDS.iter().find(|(name, _)| *name == action).map(|(_, key)| *key)
}

#[cfg(test)]
mod tests {
    use super::thing;

    #[test]
    fn an_import_is_called_so_from_its_files_on() {
        assert_eq!(thing("upload:0197"), Some("audit-thing-import"));
        assert_eq!(thing("import:0197"), thing("upload:0197"));
        assert_eq!((thing("uploaded"), thing("test-never")), (None, None));
    }
}
