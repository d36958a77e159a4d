//! Security requirements R1-R55 have tests that bear their number: `r10_…`.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write as _,
};

use super::source::{Source, sources};

/// Those that what exists so far must show: all but second factors (R35, and the second half of R44) and federation (R37).
const WANTED: &[std::ops::RangeInclusive<u8>] = &[1..=34, 36..=36, 38..=55];

/// Those that have had a test, and may not lose it. Add a number with its first test.
const COVERED: &[u8] = &[
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
    32, 33, 34, 36, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55,
];

#[test]
fn no_requirement_loses_its_test() {
    let shown = shown();
    tell(&shown);
    let lost: Vec<_> = COVERED.iter().filter(|number| !shown.contains_key(number)).collect();
    assert!(lost.is_empty(), "no test is named after R{lost:?} any more");
}

#[test]
fn a_covered_requirement_is_a_wanted_one() {
    let wanted: BTreeSet<u8> = WANTED.iter().cloned().flatten().collect();
    assert_eq!(wanted.len(), 53);
    assert!(COVERED.iter().all(|number| wanted.contains(number)));
}

/// How many tests each requirement has.
fn shown() -> BTreeMap<u8, usize> {
    let mut shown = BTreeMap::new();
    for source in ["src", "tests"].into_iter().flat_map(sources) {
        for number in numbers(&source) {
            *shown.entry(number).or_default() += 1;
        }
    }
    shown
}

fn numbers(source: &Source) -> Vec<u8> {
    let named = |at: usize| source.words[at].text.strip_prefix('r')?.split_once('_')?.0.parse().ok();
    (1..source.words.len()).filter(|at| source.says(at - 1, &["fn"])).filter_map(named).collect()
}

/// A table on the stream itself: what a passing test prints is not shown.
fn tell(shown: &BTreeMap<u8, usize>) {
    let (with, without): (Vec<u8>, Vec<u8>) =
        WANTED.iter().cloned().flatten().partition(|number| shown.contains_key(number));
    let list = |numbers: &[u8], tests: bool| {
        let each = |n: &u8| if tests { format!("R{n}×{}", shown[n]) } else { format!("R{n}") };
        numbers
            .chunks(12)
            .map(|row| row.iter().map(each).collect::<Vec<_>>().join(" "))
            .collect::<Vec<_>>()
            .join("\n    ")
    };
    let table = format!(
        "\nrequirements with a test (number × tests): {}\n    {}\nwithout: {}\n    {}\n",
        with.len(),
        list(&with, true),
        without.len(),
        list(&without, false)
    );
    std::io::stderr().write_all(table.as_bytes()).unwrap();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_is_known_by_its_name() {
        let text = "fn r10_a_code_works_once() {} both! { async fn r05_b(t: Tour) {} } fn r_x() {} // fn r11_c()";
        assert_eq!(numbers(&Source::new("src/a.rs", text)), [10, 5]);
    }
}
