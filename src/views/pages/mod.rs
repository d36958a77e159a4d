//! The pages, by where people meet them.

mod account;
mod activation;
mod audit;
mod board;
mod console;
mod correction;
mod dormant;
mod enrolment;
mod founding;
mod home;
mod import;
mod imports;
mod jobs;
mod leaving;
mod masked;
mod merge;
mod people;
mod person;
mod portal;
mod renumber;
mod roles;
mod rollover;
mod rollover_class;
mod schools;
mod sign_in;
mod slips;
mod transfers;

pub use account::{Account, ActivityLine, AppLine, Deed, Disowned, NotMe, Password, SessionLine};
pub use activation::{Activate, ActivateStage, CodeProblem, Recover, Whom};
pub use audit::{Audit, ChainState, Event, EventLine, Failure, FailureTrace, Party, QueryProblem};
pub use board::{Board, BoardProblem, BoardStage};
pub use console::{FirstAdministrator, FirstProblem, School};
pub use correction::{Correction, CorrectionProblem};
pub use dormant::{Dormant, DormantFate, DormantLine, Purge};
pub use enrolment::{Enrolment, EnrolmentProblem};
pub use founding::{FoundingProblem, SchoolClose, SchoolLevel, SchoolNew};
pub use home::{ConsoleHome, Counted, Counts, RolloverSoon, SchoolProgress, Todo, WaitingClass};
pub use import::{
    Import, ImportBrake, ImportCause, ImportCell, ImportColumns, ImportInput, ImportLot, ImportNamesake, ImportSample,
    ImportSeverity, ImportedFile, ImportedRows,
};
pub use imports::{ImportPlace, ImportRow, ImportState, Imports};
pub use jobs::{JobCount, JobDone, JobLine, Jobs, TaskLine, Upkeep};
pub use leaving::{AppLeft, CheckSession, Error, FormPost, Logout, SignedOut, Text, WayBack};
pub use masked::Masked;
pub use merge::{Merge, MergeProblem, MergeSide};
pub use people::{Bulk, BulkDeed, BulkStage, ClassChoice, Obstacle, People, PeopleSearch, PersonKind, PersonRow, Ways};
pub use person::{
    AccountState, Act, ActProblem, AffiliationLine, ClassFunction, ClassLine, CodeIssued, Done, Held, IdentifierKind,
    IdentifierLine, Person,
};
pub use portal::{ContextChoice, Portal, Tile};
pub use renumber::{Renumber, RenumberProblem};
pub use roles::{AdminRole, Role, RoleDone, RoleNew, RoleProblem, RoleReview, RoleRow, Roles};
pub use rollover::{
    ClassFate, Heads, Rollover, RolloverClass, RolloverLine, RolloverNow, RolloverProblem, RolloverState, Rollovers,
    Tally, Years,
};
pub use rollover_class::{PupilMark, RolloverClassPage, RolloverClassProblem, RolloverPupil};
pub use schools::{NetworkProblem, SchoolAdministrator, SchoolLine, SchoolPage, SchoolSearch, Schools};
pub use sign_in::{Again, App, Choose, ChooseAmong, Consent, Remembered, SignIn, SignInProblem};
pub use slips::{BadgeLine, Class, OwnClass, Pupil, PupilCode, SlipClass, SlipSchool, Slips, Spared};
pub use transfers::{
    AskProblem, Transfer, TransferDone, TransferLine, TransferList, TransferNew, TransferProblem, TransferState,
    Transfers,
};
