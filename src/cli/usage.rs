//! The command line's own words: help in Vietnamese, and what is wrong with a command line, in both languages.

use std::{error::Error, ffi::OsString, fmt};

use clap::{
    Arg, ArgAction, Command, CommandFactory,
    error::{ContextKind, ContextValue, ErrorKind},
};

use super::{
    failure::{Exit, Failure},
    vietnamese::VIETNAMESE,
};
use crate::i18n::Locale;

/// Headings and all, in the template that clap fills.
const TEMPLATE_VI: &str = "{about}\n\nCách dùng: {usage}\n\n{all-args}";

/// The command line in a language.
pub(super) fn in_language(command: Command, locale: Locale) -> Command {
    match locale {
        Locale::En => command,
        Locale::Vi => translated(command, ""),
    }
}

fn translated(command: Command, path: &str) -> Command {
    // clap adds its own two flags too late to be translated: these take their place.
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help);
    let mut command = command.disable_help_flag(true).arg(help);
    if path.is_empty() {
        let version = Arg::new("version").short('V').long("version").action(ArgAction::Version);
        command = command.disable_version_flag(true).arg(version);
    }
    command = command.help_template(TEMPLATE_VI).subcommand_help_heading("Lệnh");
    if let Some(about) = vietnamese(path) {
        command = command.about(about);
    }
    command = command.mut_args(|arg| {
        let name = arg.get_id().as_str().to_owned();
        let heading = if arg.is_positional() { "Tham số" } else { "Tuỳ chọn" };
        let arg = arg.help_heading(heading);
        match vietnamese(&joined(path, &name)).or_else(|| vietnamese(&name)) {
            Some(help) => arg.help(help),
            None => arg,
        }
    });
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names {
        let path = joined(path, &name);
        command = command.mut_subcommand(name, |sub| translated(sub, &path));
    }
    command
}

fn vietnamese(path: &str) -> Option<&'static str> {
    VIETNAMESE.iter().find(|(known, _)| *known == path).map(|(_, text)| *text)
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path} {name}") }
}

/// The language and form that a command line asks for, before it is parsed: a wrong one must be answered in them too.
pub(super) fn asked_for(arguments: &[OsString]) -> (Locale, bool) {
    let words: Vec<_> = arguments.iter().map(|word| word.to_string_lossy()).take_while(|word| word != "--").collect();
    let after = words.iter().position(|word| word == "--lang").and_then(|at| words.get(at + 1)).map(AsRef::as_ref);
    let lang = after.or_else(|| words.iter().find_map(|word| word.strip_prefix("--lang=")));
    (lang.and_then(Locale::of).unwrap_or_default(), words.iter().any(|word| word == "--json"))
}

/// What a value has to look like, in both languages: what a parser of ours says of one that does not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form {
    pub(super) vi: &'static str,
    pub(super) en: &'static str,
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.en)
    }
}

impl Error for Form {}

/// What is wrong with a command line.
pub(super) fn refused(error: &clap::Error, arguments: &[OsString]) -> Failure {
    let text = |kind| context(error, kind);
    let rendered = error.render().to_string();
    let en = rendered.strip_prefix("error: ").unwrap_or(&rendered);
    // Whose help leads on is said below.
    let end = ["\n\nUsage:", "\n\nFor more information"].iter().filter_map(|end| en.find(end)).min();
    let en = en[..end.unwrap_or(en.len())].trim_end().replace("invalid digit found in string", "give a whole number");
    let vi = match error.kind() {
        ErrorKind::UnknownArgument => format!("không có tuỳ chọn {}", text(ContextKind::InvalidArg)),
        ErrorKind::InvalidSubcommand => format!("không có lệnh {}", text(ContextKind::InvalidSubcommand)),
        ErrorKind::MissingRequiredArgument => format!("thiếu {}", text(ContextKind::InvalidArg)),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let (argument, value) = (text(ContextKind::InvalidArg), text(ContextKind::InvalidValue));
            let wrong = if value.is_empty() {
                format!("{argument} cần một giá trị")
            } else {
                format!("{argument} không nhận giá trị «{value}»")
            };
            taken(error).map_or_else(|| wrong.clone(), |taken| format!("{wrong}: {taken}"))
        }
        ErrorKind::ArgumentConflict => match (text(ContextKind::InvalidArg), text(ContextKind::PriorArg)) {
            (named, prior) if prior.is_empty() || prior == named => format!("{named} chỉ cho được một lần"),
            (named, prior) => format!("{named} không đi cùng {prior}"),
        },
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "thiếu tên lệnh".to_owned()
        }
        _ => en.clone(),
    };
    Failure::said(Exit::Usage, vi, en).then(help(arguments))
}

fn context(error: &clap::Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        _ => String::new(),
    }
}

/// What an argument takes, in Vietnamese, where that is known.
fn taken(error: &clap::Error) -> Option<String> {
    let values = context(error, ContextKind::ValidValue);
    if !values.is_empty() {
        return Some(format!("hãy dùng {values}"));
    }
    let source = error.source()?;
    if let Some(form) = source.downcast_ref::<Form>() {
        return Some(form.vi.to_owned());
    }
    let said = source.to_string();
    match said.split_once(" is not in ").and_then(|(_, range)| range.split_once("..")) {
        // As large as the machine's numbers are, there is no most.
        Some((least, most)) if most.len() > 10 => Some(format!("cần một số nguyên từ {least} trở lên")),
        Some((least, most)) => Some(format!("cần một số nguyên từ {least} đến {}", most.trim_start_matches('='))),
        None => said.contains("digit").then(|| "cần một số nguyên".to_owned()),
    }
}

/// The help of the command that was meant, as far as it was named.
fn help(arguments: &[OsString]) -> String {
    let root = super::Cli::command();
    let (mut command, mut path) = (&root, "phuong".to_owned());
    for word in arguments.iter().skip(1).take_while(|word| *word != "--") {
        if let Some(sub) = command.find_subcommand(word) {
            (command, path) = (sub, joined(&path, sub.get_name()));
        }
    }
    format!("{path} --help")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What people may type: the program calls the others itself.
    fn shown(command: &Command) -> impl Iterator<Item = &Command> {
        command.get_subcommands().filter(|sub| !sub.is_hide_set())
    }

    /// Every command and argument that has no Vietnamese.
    fn untranslated(command: &Command, path: &str, missing: &mut Vec<String>) {
        if vietnamese(path).is_none() {
            missing.push(path.to_owned());
        }
        for arg in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
            let own = joined(path, arg.get_id().as_str());
            if vietnamese(&own).is_none() && vietnamese(arg.get_id().as_str()).is_none() {
                missing.push(own);
            }
        }
        for sub in shown(command) {
            untranslated(sub, &joined(path, sub.get_name()), missing);
        }
    }

    #[test]
    fn every_command_and_argument_is_explained_in_vietnamese() {
        let mut missing = Vec::new();
        untranslated(&super::super::Cli::command(), "", &mut missing);
        assert!(missing.is_empty(), "src/cli/vietnamese.rs lacks {missing:?}");
    }

    /// Every argument that would be explained by what a command of its name does.
    fn misexplained(command: &Command, path: &str, root: &Command, wrong: &mut Vec<String>) {
        let ids = command.get_arguments().map(|arg| arg.get_id().as_str());
        let borrowed = ids.filter(|id| root.find_subcommand(id).is_some());
        wrong.extend(borrowed.map(|id| joined(path, id)).filter(|own| vietnamese(own).is_none()));
        for sub in shown(command) {
            misexplained(sub, &joined(path, sub.get_name()), root, wrong);
        }
    }

    #[test]
    fn no_argument_is_explained_by_what_a_command_does() {
        let (root, mut wrong) = (super::super::Cli::command(), Vec::new());
        misexplained(&root, "", &root, &mut wrong);
        assert!(wrong.is_empty(), "src/cli/vietnamese.rs lacks {wrong:?}");
    }

    #[test]
    fn a_wrong_value_is_told_what_is_taken_and_whose_help_leads_on() {
        for (line, vi, en, next) in [
            ("phuong import a.csv --year 2026", "viết như 2026-2027", "2026-2027", "phuong import --help"),
            ("phuong import a.csv --kind foo", "hãy dùng schools, staff", "schools, staff", "phuong import --help"),
            ("phuong import a.csv --confirm-ended x", "số nguyên", "whole number", "phuong import --help"),
            (
                "phuong --lang vi rollover schedule --on 2026-13-01",
                "2027-08-01",
                "2027-08-01",
                "phuong rollover schedule --help",
            ),
            ("phuong user find --limit 0 An", "từ 1 đến 200", "1..=200", "phuong user find --help"),
            (
                "phuong slips --school 1 --out a.pdf --import 7",
                "số của đợt nhập",
                "number of a run",
                "phuong slips --help",
            ),
            ("phuong audit verify --after=-1", "từ 0 trở lên", "0..", "phuong audit verify --help"),
            ("phuong audit verify --noted x", "lần kiểm tra trước", "earlier check", "phuong audit verify --help"),
            ("phuong nothing", "không có lệnh nothing", "nothing", "phuong --help"),
        ] {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            let failure = refused(&super::super::Cli::command().try_get_matches_from(&words).unwrap_err(), &words);
            let (told, en_told) = (failure.what(Locale::Vi), failure.what(Locale::En));
            assert!(told.contains(vi) && en_told.contains(en), "{line}: {told} / {en_told}");
            assert!(!en_told.contains("For more information"), "{en_told}");
            assert_eq!(failure.next.as_deref(), Some(next), "{line}");
        }
    }

    /// Every command and flag that the book's page does not name.
    fn undocumented(command: &Command, path: &str, page: &str, missing: &mut Vec<String>) {
        let row = format!("`phuong {}", path.split(' ').next().unwrap_or(path));
        let row: String = page.lines().filter(|line| line.contains(&row)).collect();
        let flags =
            command.get_arguments().filter_map(Arg::get_long).filter(|flag| !["help", "version"].contains(flag));
        let known = |flag: &str| if path.is_empty() { page.contains(flag) } else { row.contains(flag) };
        missing
            .extend(flags.map(|flag| format!("--{flag}")).filter(|flag| !known(flag)).map(|flag| joined(path, &flag)));
        for sub in shown(command) {
            if !(path.is_empty() || row.contains(sub.get_name())) {
                missing.push(joined(path, sub.get_name()));
            }
            undocumented(sub, &joined(path, sub.get_name()), page, missing);
        }
    }

    #[test]
    fn every_command_and_flag_is_in_the_book() {
        let page =
            std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reference/command-line.md")).unwrap();
        let mut missing = Vec::new();
        undocumented(&super::super::Cli::command(), "", &page, &mut missing);
        assert!(missing.is_empty(), "docs/reference/command-line.md lacks {missing:?}");
    }

    #[test]
    fn help_is_vietnamese_throughout() {
        let mut command = in_language(super::super::Cli::command(), Locale::Vi);
        let help = command.render_long_help().to_string();
        for english in ["Usage:", "Commands:", "Options:", "Print", "Run"] {
            assert!(!help.contains(english), "{english} in\n{help}");
        }
    }

    #[test]
    fn language_and_form_are_known_before_the_rest_is_understood() {
        let of = |words: &[&str]| asked_for(&words.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(of(&["phuong", "nonsense", "--lang", "en", "--json"]), (Locale::En, true));
        assert_eq!(of(&["phuong", "--lang=en", "--", "--json"]), (Locale::En, false));
        assert_eq!(of(&["phuong", "--lang"]), (Locale::Vi, false));
    }
}
