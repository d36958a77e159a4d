//! Passwords that are taken and refused.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

const SCHOOLS: [School; 2] = [
    School { name: "Trường THCS Trần Phú", code: "31303501" },
    School { name: "Trường Tiểu học Đằng Hải", code: "HP-0417" },
];

fn judge(password: &str) -> Result<(), Weak> {
    let owner = Owner {
        full_name: "Nguyễn Thị Bảo An",
        schools: &SCHOOLS,
        sign_in_names: &["3112345678", "bao.an.2010"],
        birth_date: Some(date(2010, 9, 5)),
    };
    Policy::at_least(8).judge(password, &owner)
}

#[test]
fn r36_eight_characters_without_any_rule_of_composition_are_enough() {
    for good in ["mèo ăn cá", "vjqkwzhp", "83520417", "ruộng lúa sau đồi", "correct horse battery", "🌺🌻🐬🦋🌙⭐🍉🐢"]
    {
        assert_eq!(judge(good), Ok(()), "{good}");
    }
    assert_eq!(judge("vjqkwzh"), Err(Weak::TooShort { least: 8 }));
    assert_eq!(judge("mèoăncá"), Err(Weak::TooShort { least: 8 }), "characters count, not bytes");
}

#[test]
fn r36_the_least_length_is_configurable_but_never_below_eight() {
    let owner = Owner::default();
    assert_eq!(Policy::at_least(12).judge("vjqkwzhp", &owner), Err(Weak::TooShort { least: 12 }));
    assert_eq!(Policy::at_least(4).judge("vjqkwzh", &owner), Err(Weak::TooShort { least: 8 }));
}

#[test]
fn r53_256_characters_are_accepted_and_257_refused() {
    let long: String = "vjqkwzhpxu".chars().cycle().take(250).chain("ngọc lan".chars()).collect();
    let fits: String = long.chars().take(256).collect();
    assert_eq!(judge(&fits), Ok(()));
    assert_eq!(judge(&long), Err(Weak::TooLong));
    assert_eq!(judge(&"a".repeat(1_000_000)), Err(Weak::TooLong));
}

#[test]
fn r36_common_passwords_are_refused_in_usual_disguises() {
    for common in [
        "matkhau123",
        "Mật khẩu 123",
        "password",
        "P@ssw0rd!",
        "anhyeuem",
        "Anh yêu em 2025",
        "qwertyuiop",
        "1qaz2wsx3edc",
        "haiphong2026",
        "hoaphuongdo",
        "phamlinh99",
        "iloveyou1",
        "doraemondoraemon",
        "vietnamvodich!!",
    ] {
        assert_eq!(judge(common), Err(Weak::Common), "{common}");
    }
}

#[test]
fn r36_simple_patterns_are_refused() {
    for pattern in
        ["aaaaaaaa", "abababab", "abcabcabc", "23456789", "hgfedcba", "12341234", "77887788", "🌺🌺🌺🌺🌺🌺🌺🌺"]
    {
        assert_eq!(judge(pattern), Err(Weak::Pattern), "{pattern}");
    }
}

#[test]
fn r36_what_others_know_about_the_owner_is_refused() {
    use About::{BirthDate, Name, School, SignInName};
    for (password, about) in [
        ("Nguyễn-wkzq", Name),
        ("xkbaoanqz", Name),
        ("anbao#71926", Name),
        ("An 71926350", Name),
        ("ntba71926350", Name),
        ("TRẦN PHÚ muôn năm", School),
        ("thcstranphu", School),
        ("danghai wkzq", School),
        ("wk31303501", School),
        ("hp0417wkzq", School),
        ("3112345678", SignInName),
        ("sdt 3112345678", SignInName),
        ("12345678", SignInName),
        ("bao.an.2010!", SignInName),
        ("wk05/09/2010", BirthDate),
        ("5-9-2010wkzq", BirthDate),
        ("20100905wkzq", BirthDate),
        ("wkzq050910", BirthDate),
    ] {
        assert_eq!(judge(password), Err(Weak::Personal(about)), "{password}");
    }
}

#[test]
fn an_owner_of_whom_nothing_is_known_refuses_nothing() {
    let nobody = Owner { schools: &[School { name: "", code: "" }], sign_in_names: &[""], ..Owner::default() };
    assert_eq!(Policy::at_least(8).judge("83520417", &nobody), Ok(()));
}

#[test]
fn what_an_input_method_made_is_noticed_and_plain_text_is_not() {
    for mangled in ["genẻate", "pasưord", "đonald", "hoả", "A\u{301}", "Ă"] {
        assert!(mangled_by_input_method(mangled), "{mangled}");
    }
    for plain in ["generate", "password1!", "über", "пароль", "🌺", ""] {
        assert!(!mangled_by_input_method(plain), "{plain}");
    }
}

#[test]
fn the_list_is_sorted_lower_case_ascii_of_a_few_thousand_lines_without_repeats() {
    let lines: Vec<&str> = include_str!("../common_passwords.txt").lines().collect();
    assert!((3_000..10_000).contains(&lines.len()), "{}", lines.len());
    assert!(lines.is_sorted_by(|a, b| a < b));
    assert!(lines.iter().all(|line| line.is_ascii() && *line == line.to_lowercase() && !line.contains(' ')));
}

proptest! {
    #[test]
    fn r55_any_text_is_judged_without_a_panic(password in "\\PC{0,300}", name in "\\PC{0,40}", id in "\\PC{0,20}") {
        let schools = [School { name: &name, code: &id }];
        let owner = Owner { full_name: &name, schools: &schools, sign_in_names: &[&id], birth_date: Some(date(1, 1, 1)) };
        let _ = Policy::at_least(8).judge(&password, &owner);
        let _ = mangled_by_input_method(&password);
    }
}
