//! Where somebody may look: the piece of SQL and the values that keep a query within it (R38).

use super::Day;
use crate::base::id::{AccountId, OrgId};

/// Where is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Everywhere, also people who are at no org.
    pub whole: bool,
    /// Where this account administers.
    pub account: Option<AccountId>,
    /// At this org and below.
    pub org: Option<OrgId>,
    /// By the edges of this day.
    pub today: Day,
}

/// Where is searched, by rights of some roles: somebody may be the help desk of one school and administer another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Within {
    /// The scope.
    pub scope: Scope,
    /// The names of the roles that count, separated by commas.
    pub roles: String,
}

/// The orgs of a [`Within`], as a CTE: as below, and $5 the roles. For whatever is not done in every role.
macro_rules! scope_of_roles {
    () => {
        "WITH RECURSIVE scope (org) AS (
             SELECT d.org_id FROM delegations d JOIN orgs o ON o.id = d.org_id
             WHERE d.account_id = $1 AND d.ended_at IS NULL AND o.status = 'active' AND $5 LIKE '%' || d.role || '%'
             UNION SELECT id FROM orgs WHERE id = $2
             UNION SELECT e.child FROM scope s JOIN org_edges e ON e.parent = s.org
                   WHERE e.valid_from <= $3 AND (e.valid_to IS NULL OR e.valid_to > $3)) "
    };
}

/// The orgs of a scope, as a CTE: $1 account, $2 org, $3 today. With $4 whole, the query itself looks everywhere. By rights of
/// whatever role: for looking at people, which all of them may. A macro, because a statement is a literal.
macro_rules! scope {
    () => {
        "WITH RECURSIVE scope (org) AS (
             SELECT d.org_id FROM delegations d JOIN orgs o ON o.id = d.org_id
             WHERE d.account_id = $1 AND d.ended_at IS NULL AND o.status = 'active'
             UNION SELECT id FROM orgs WHERE id = $2
             UNION SELECT e.child FROM scope s JOIN org_edges e ON e.parent = s.org
                   WHERE e.valid_from <= $3 AND (e.valid_to IS NULL OR e.valid_to > $3)) "
    };
}
