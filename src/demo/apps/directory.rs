//! What an app knows of classes by itself: a real one would have it from the sector's roster interface.

use std::collections::BTreeMap;

use crate::{demo::sector::Sample, model::name::Name, sample::Roll};

/// Pupils' names by school and class.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    classes: BTreeMap<(String, String), Vec<String>>,
    /// People whose passwords the demo tells.
    pub(in crate::demo) samples: Vec<Sample>,
}

impl Directory {
    /// Adds a school's classes.
    pub(in crate::demo) fn add(&mut self, roll: &Roll) {
        for pupil in &roll.pupils {
            let key = (roll.school.code.clone(), pupil.class.clone());
            self.classes.entry(key).or_default().push(pupil.name.clone());
        }
        for names in self.classes.values_mut() {
            names.sort_by_cached_key(|name| Name::parse(name).map(|name| name.sort_key()));
        }
    }

    /// The names of a class's pupils, as class lists sort.
    pub(super) fn pupils(&self, school: &str, class: &str) -> &[String] {
        self.classes.get(&(school.to_owned(), class.to_owned())).map_or(&[], Vec::as_slice)
    }
}
