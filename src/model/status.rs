//! The national statuses of pupils, staff and schools. Vendors number them differently, so the text decides.

use super::{affiliation::EndReason, text::SearchKey};

/// What a status means for the affiliation it is said of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// The affiliation is in force.
    Active,
    /// In force at home, with another one at a host (*biệt phái*).
    Seconded,
    /// It is over.
    Ended(EndReason),
}

/// A pupil's status, *trạng thái HS*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PupilStatus {
    /// *Đang học.*
    Studying,
    /// *Chuyển đến* (in term 1, term 2 or the summer).
    TransferredIn,
    /// *Nghỉ học xin học lại.*
    Returned,
    /// *Chuyển đi.*
    TransferredOut,
    /// *Thôi học.*
    Left,
    /// *Hoàn thành chương trình.*
    Completed,
}

impl PupilStatus {
    /// Reads the national texts, whatever follows them and whatever number stands before them.
    pub fn read(text: &str) -> Option<Self> {
        if text == "Đang học" {
            return Some(Self::Studying);
        }
        let key = SearchKey::of(text);
        let key = unnumbered(key.as_str());
        Some(match () {
            () if key.starts_with("dang hoc") => Self::Studying,
            () if key.starts_with("chuyen den") => Self::TransferredIn,
            () if key.starts_with("nghi hoc xin hoc lai") => Self::Returned,
            () if key.starts_with("chuyen di") => Self::TransferredOut,
            () if key.starts_with("thoi hoc") || key.starts_with("bo hoc") => Self::Left,
            () if key.starts_with("hoan thanh chuong trinh") => Self::Completed,
            () => return None,
        })
    }

    /// The national text.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Studying => "Đang học",
            Self::TransferredIn => "Chuyển đến",
            Self::Returned => "Nghỉ học xin học lại",
            Self::TransferredOut => "Chuyển đi",
            Self::Left => "Thôi học",
            Self::Completed => "Hoàn thành chương trình",
        }
    }

    /// What it means for the affiliation.
    pub const fn effect(self) -> Effect {
        match self {
            Self::Studying | Self::TransferredIn | Self::Returned => Effect::Active,
            Self::TransferredOut => Effect::Ended(EndReason::Transferred),
            Self::Left => Effect::Ended(EndReason::Left),
            Self::Completed => Effect::Ended(EndReason::Completed),
        }
    }
}

/// The status of a member of staff, *trạng thái CB*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StaffStatus {
    /// *Đang làm việc.*
    Working,
    /// *Chuyển đến.*
    TransferredIn,
    /// *Chờ nghỉ hưu.*
    AwaitingRetirement,
    /// *Đã biệt phái.*
    Seconded,
    /// *Đã chuyển đi.*
    TransferredOut,
    /// *Đã điều động.*
    Reassigned,
    /// *Đã nghỉ hưu.*
    Retired,
    /// *Thôi việc.*
    Left,
}

impl StaffStatus {
    /// Reads the national texts, whatever follows them and whatever number stands before them.
    pub fn read(text: &str) -> Option<Self> {
        if text == "Đang làm việc" {
            return Some(Self::Working);
        }
        let key = SearchKey::of(text);
        let key = unnumbered(key.as_str());
        let key = key.strip_prefix("da ").unwrap_or(key);
        Some(match () {
            () if key.starts_with("dang lam viec") || key.starts_with("dang cong tac") => Self::Working,
            () if key.starts_with("chuyen den") => Self::TransferredIn,
            () if key.starts_with("cho nghi huu") => Self::AwaitingRetirement,
            () if key.starts_with("biet phai") => Self::Seconded,
            () if key.starts_with("chuyen di") => Self::TransferredOut,
            () if key.starts_with("dieu dong") => Self::Reassigned,
            () if key.starts_with("nghi huu") => Self::Retired,
            () if key.starts_with("thoi viec") => Self::Left,
            () => return None,
        })
    }

    /// The national text.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Working => "Đang làm việc",
            Self::TransferredIn => "Chuyển đến",
            Self::AwaitingRetirement => "Chờ nghỉ hưu",
            Self::Seconded => "Đã biệt phái",
            Self::TransferredOut => "Đã chuyển đi",
            Self::Reassigned => "Đã điều động",
            Self::Retired => "Đã nghỉ hưu",
            Self::Left => "Thôi việc",
        }
    }

    /// What it means for the affiliation.
    pub const fn effect(self) -> Effect {
        match self {
            Self::Working | Self::TransferredIn | Self::AwaitingRetirement => Effect::Active,
            Self::Seconded => Effect::Seconded,
            Self::TransferredOut | Self::Reassigned => Effect::Ended(EndReason::Transferred),
            Self::Retired => Effect::Ended(EndReason::Retired),
            Self::Left => Effect::Ended(EndReason::Left),
        }
    }
}

/// The status of a school.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SchoolStatus {
    /// *Đang hoạt động.*
    Open,
    /// *Giải thể, sáp nhập, ngừng hoạt động.*
    Closed,
}

impl SchoolStatus {
    /// Reads the usual texts.
    pub fn read(text: &str) -> Option<Self> {
        let key = SearchKey::of(text);
        let key = unnumbered(key.as_str());
        let key = key.strip_prefix("da ").unwrap_or(key);
        let any = |starts: &[&str]| starts.iter().any(|start| key.starts_with(start));
        if any(&["dang hoat dong", "hoat dong"]) {
            Some(Self::Open)
        } else if any(&["giai the", "sap nhap", "ngung", "ngung hoat dong", "tam ngung", "dong cua"]) {
            Some(Self::Closed)
        } else {
            None
        }
    }
}

fn unnumbered(key: &str) -> &str {
    key.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pupil_statuses_are_matched_on_their_text_not_their_number() {
        let read = |text| PupilStatus::read(text).map(PupilStatus::effect);
        assert_eq!(read("1. Đang học"), Some(Effect::Active));
        assert_eq!(read("Chuyển đến (HK1)"), Some(Effect::Active));
        assert_eq!(read("Chuyển đến hè"), Some(Effect::Active));
        assert_eq!(read("3 - Nghỉ học xin học lại"), Some(Effect::Active));
        assert_eq!(read("Chuyển đi"), Some(Effect::Ended(EndReason::Transferred)));
        assert_eq!(read("THÔI HỌC"), Some(Effect::Ended(EndReason::Left)));
        assert_eq!(read("Hoàn thành chương trình tiểu học"), Some(Effect::Ended(EndReason::Completed)));
        assert_eq!(read("Nghỉ"), None);
    }

    #[test]
    fn staff_and_school_statuses_are_matched_on_their_text() {
        let read = |text| StaffStatus::read(text).map(StaffStatus::effect);
        assert_eq!(read("Đang làm việc"), Some(Effect::Active));
        assert_eq!(read("Chờ nghỉ hưu"), Some(Effect::Active));
        assert_eq!(read("Đã biệt phái"), Some(Effect::Seconded));
        assert_eq!(read("Đã chuyển đi"), Some(Effect::Ended(EndReason::Transferred)));
        assert_eq!(read("Đã điều động"), Some(Effect::Ended(EndReason::Transferred)));
        assert_eq!(read("Đã nghỉ hưu"), Some(Effect::Ended(EndReason::Retired)));
        assert_eq!(read("Thôi việc"), Some(Effect::Ended(EndReason::Left)));
        assert_eq!(read("?"), None);
        assert_eq!(SchoolStatus::read("Đang hoạt động"), Some(SchoolStatus::Open));
        assert_eq!(SchoolStatus::read("Đã sáp nhập"), Some(SchoolStatus::Closed));
        assert_eq!(SchoolStatus::read("mới"), None);
    }
}
