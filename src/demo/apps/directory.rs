//! What a relying app itself knows of classes: their pupils' names. Knows no identifiers and nobody's account.

use std::collections::BTreeMap;

/// A class of this school year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// The school's code.
    pub org_code: String,
    /// The class's code, such as `6A1`; unique within the school.
    pub code: String,
    /// 1 to 12; `None` for classes without one.
    pub grade: Option<i64>,
    /// Full names in Vietnamese order: by given name, then middle, then family name.
    pub pupils: Vec<String>,
}

/// Classes by school and code.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    classes: BTreeMap<String, BTreeMap<String, Class>>,
}

impl Directory {
    /// Adds a class; one with the same school and code is replaced.
    pub fn add(&mut self, class: Class) {
        self.classes.entry(class.org_code.clone()).or_default().insert(class.code.clone(), class);
    }

    /// The class of that code in the first of these schools that has one.
    pub fn find<'a>(&self, org_codes: impl IntoIterator<Item = &'a str>, code: &str) -> Option<&Class> {
        org_codes.into_iter().find_map(|org| self.classes.get(org)?.get(code))
    }
}

impl FromIterator<Class> for Directory {
    fn from_iter<I: IntoIterator<Item = Class>>(classes: I) -> Self {
        let mut directory = Self::default();
        classes.into_iter().for_each(|class| directory.add(class));
        directory
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_code_means_another_class_in_another_school() {
        let class = |org: &str, pupil: &str| Class {
            org_code: org.into(),
            code: "6A".into(),
            grade: Some(6),
            pupils: vec![pupil.into()],
        };
        let directory: Directory = [class("1", "Lê Văn An"), class("2", "Vũ Thị Bình")].into_iter().collect();
        assert_eq!(directory.find(["2", "1"], "6A").unwrap().pupils, ["Vũ Thị Bình"]);
        assert_eq!(directory.find(["3"], "6A"), None);
    }
}
