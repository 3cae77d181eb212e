//! What a role may do. Roles are the pack's data; permissions are the program's.

use serde::{Deserialize, Serialize};

/// Is one thing that a user may be allowed to do. Every page and use-case asks for exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// See one's own tasks of the day and report on them.
    WorkTasks,
    /// See the register, the map and object cards.
    ViewRegister,
    /// See the desk queue.
    ViewDesk,
    /// Decide signs at the desk.
    DecideSigns,
    /// See rules, facts, cases and policy.
    ViewMethodology,
    /// Draft and propose methodologies.
    EditMethodology,
    /// Vouch for the legal bases of a methodology (the lawyer).
    SignMethodology,
    /// Approve the methodology of another person, set its day, bring an earlier one back.
    ApproveMethodology,
    /// Agree as head of unit where more than a few objects move.
    AgreeMethodology,
    /// Decide as head of the authority where a gate blocks.
    OverrideMethodology,
    /// Decide batches of proposed categories.
    DecideCategories,
    /// See whether facts, outcomes and promises have moved, whom categories burden, how far sources can be relied on.
    ViewOversight,
    /// See how often each inspector finds something at equal risk.
    ViewInspectorEffects,
    /// See plans and left-out reasons.
    ViewPlans,
    /// Approve plans.
    ApprovePlans,
    /// Sign, issue, extend, close and revoke orders.
    SignOrders,
    /// Enter the papers of others into orders: requests to the prosecutor, the answers, the register's numbers.
    RegisterOrders,
    /// See sources, deliveries and counts of rejects.
    ViewSources,
    /// See personal data; each look is logged.
    ViewPersonalData,
    /// Read the audit log.
    ViewAudit,
    /// Manage users and roles.
    ManageUsers,
}
