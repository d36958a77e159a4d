//! A class through the years, *3A* and then *4A*: whether a class of this year is one of last year's, where that can be
//! told from grade and name.

use super::{
    class_code::ClassCode,
    grade::{Grade, SchoolGrade},
};

/// Whether `now` is what became of `before` a year later: the next grade of the same level under the same name. From grade
/// 5, 9 and 12 nobody goes on as a class, and before school the names do not tell.
pub fn goes_on(before: (&ClassCode, SchoolGrade), now: (&ClassCode, SchoolGrade)) -> bool {
    let ((old, from), (new, to)) = (before, now);
    let next = to.number() == from.number() + 1 && Grade::School(from).level() == Grade::School(to).level();
    next && series(old, from) == series(new, to)
}

/// What is the same every year: `a` of *3A*, the whole name where it does not begin with the grade.
fn series(code: &ClassCode, grade: SchoolGrade) -> String {
    let key = code.key();
    let named = Grade::of_class(code.as_str()) == Some(Grade::School(grade));
    if named { key.trim_start_matches(|c: char| c.is_ascii_digit()).to_owned() } else { key }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn went_on(old: &str, from: u8, new: &str, to: u8) -> bool {
        let code = |text| ClassCode::read(text).unwrap();
        let grade = |number| SchoolGrade::new(number).unwrap();
        goes_on((&code(old), grade(from)), (&code(new), grade(to)))
    }

    #[test]
    fn a_class_goes_on_under_the_name_of_the_next_grade() {
        assert!(went_on("3A", 3, "4A", 4));
        assert!(went_on("3a", 3, "Lớp 4 A", 4));
        assert!(went_on("10 Anh", 10, "11 Anh", 11));
        assert!(went_on("Chuyên Toán", 10, "Chuyên Toán", 11));
        assert!(went_on("3/1", 3, "4/1", 4) && went_on("10.2", 10, "11.2", 11));
        assert!(!went_on("3A", 3, "4B", 4));
        assert!(!went_on("3A", 3, "3A", 3));
        assert!(!went_on("3A", 3, "5A", 5));
    }

    #[test]
    fn no_class_goes_on_into_another_level() {
        assert!(!went_on("5A", 5, "6A", 6));
        assert!(!went_on("9A", 9, "10A", 10));
    }
}
