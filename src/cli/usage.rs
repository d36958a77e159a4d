//! The command line's own words: help in Vietnamese, and what is wrong with a command line, in both languages.

use std::ffi::OsString;

use clap::{
    Arg, ArgAction, Command,
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

/// What is wrong with a command line.
pub(super) fn refused(error: &clap::Error) -> Failure {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        _ => String::new(),
    };
    let rendered = error.render().to_string();
    let en = rendered.strip_prefix("error: ").unwrap_or(&rendered);
    let en = en.split("\n\nUsage:").next().unwrap_or(en).trim_end().to_owned();
    let vi = match error.kind() {
        ErrorKind::UnknownArgument => format!("không có tuỳ chọn {}", text(ContextKind::InvalidArg)),
        ErrorKind::InvalidSubcommand => format!("không có lệnh {}", text(ContextKind::InvalidSubcommand)),
        ErrorKind::MissingRequiredArgument => format!("thiếu {}", text(ContextKind::InvalidArg)),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!("{} không nhận giá trị «{}»", text(ContextKind::InvalidArg), text(ContextKind::InvalidValue))
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
    Failure::said(Exit::Usage, vi, en).then("phuong --help")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

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
