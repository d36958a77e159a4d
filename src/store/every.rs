//! Every statement by name, for the tests that prepare and explain them all on both databases.

use super::{
    Twin, accounts, administrators, answers, attempts, audit, audit_upkeep, badges, beginning, classroom, clients,
    consents, contexts, delegations, devices, directory, dormant, exchanges, exporting, facts, failures, finding,
    grants, headcounts, import_tasks, imports, jobs, journal, keys, ledger, memberships, merges, newcomers, opaque,
    orgs, personal, purge, pushed, reach, registrations, rescue, rollover_marks, rollover_moves, rollovers, schools,
    sessions, spent, stored_requests, trail, transfers, undo, versions,
};

/// Every statement that each database is told in its own way, for the same.
pub fn twins() -> impl Iterator<Item = (&'static str, &'static str, Twin)> {
    const FILES: &[(&str, &[(&str, Twin)])] =
        &[("beginning", beginning::TWINS), ("exchanges", exchanges::TWINS), ("trail", trail::TWINS)];
    FILES.iter().flat_map(|(file, all)| all.iter().map(move |(name, twin)| (*file, *name, *twin)))
}

/// Every statement of every file, for the test that prepares them all on both databases.
pub fn statements() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    const FILES: &[(&str, &[(&str, &str)])] = &[
        ("accounts", accounts::ALL),
        ("administrators", administrators::ALL),
        ("answers", answers::ALL),
        ("attempts", attempts::ALL),
        ("audit", audit::ALL),
        ("audit_upkeep", audit_upkeep::ALL),
        ("badges", badges::ALL),
        ("beginning", beginning::ALL),
        ("classroom", classroom::ALL),
        ("clients", clients::ALL),
        ("consents", consents::ALL),
        ("contexts", contexts::ALL),
        ("delegations", delegations::ALL),
        ("devices", devices::ALL),
        ("directory", directory::ALL),
        ("dormant", dormant::ALL),
        ("facts", facts::ALL),
        ("failures", failures::ALL),
        ("exporting", exporting::ALL),
        ("finding", finding::ALL),
        ("grants", grants::ALL),
        ("headcounts", headcounts::ALL),
        ("import_tasks", import_tasks::ALL),
        ("imports", imports::ALL),
        ("jobs", jobs::ALL),
        ("journal", journal::ALL),
        ("keys", keys::ALL),
        ("ledger", ledger::ALL),
        ("memberships", memberships::ALL),
        ("newcomers", newcomers::ALL),
        ("merges", merges::ALL),
        ("opaque", opaque::ALL),
        ("orgs", orgs::ALL),
        ("personal", personal::ALL),
        ("purge", purge::ALL),
        ("reach", reach::ALL),
        ("rescue", rescue::ALL),
        ("rollover_marks", rollover_marks::ALL),
        ("rollover_moves", rollover_moves::ALL),
        ("rollovers", rollovers::ALL),
        ("schools", schools::ALL),
        ("sessions", sessions::ALL),
        ("spent", spent::ALL),
        ("pushed", pushed::ALL),
        ("registrations", registrations::ALL),
        ("stored_requests", stored_requests::ALL),
        ("trail", trail::ALL),
        ("transfers", transfers::ALL),
        ("undo", undo::ALL),
        ("versions", versions::ALL),
    ];
    FILES.iter().flat_map(|(file, all)| all.iter().map(move |(name, sql)| (*file, *name, *sql)))
}
