//! What somebody looks for in the audit trail: one line of words like `actor:3100456789 action:role.given`, whose twin is a form.

use jiff::civil::Date;

use crate::model::dates;

/// A question. What is empty is not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// By whom: a sector ID, `system` or `command-line`.
    pub actor: String,
    /// To whom: a sector ID.
    pub person: String,
    /// To which app: its client id.
    pub client: String,
    /// At which school: its code, or words of its name.
    pub school: String,
    /// What: `role.given`.
    pub action: String,
    /// From this day on.
    pub from: Option<Date>,
    /// Up to this day.
    pub to: Option<Date>,
    /// What failed or was refused, the rest, or both.
    pub failed: Option<bool>,
}

/// The words of a question.
pub const WORDS: [&str; 8] = ["actor", "person", "client", "school", "action", "from", "to", "outcome"];

impl Query {
    /// Reads a line; what of it cannot be understood is given back. A value with spaces stands in quotation marks.
    pub fn read(line: &str) -> (Self, Vec<String>) {
        let (mut query, mut strange) = (Self::default(), Vec::new());
        for word in words(line) {
            let understood = word.split_once(':').is_some_and(|(name, value)| query.set(name, value));
            if !understood {
                strange.push(word);
            }
        }
        (query, strange)
    }

    /// Asks one thing more; false when it is none that can be asked.
    pub fn set(&mut self, name: &str, value: &str) -> bool {
        let value = value.trim().trim_matches('"').trim();
        let text = match name {
            "actor" => &mut self.actor,
            "person" => &mut self.person,
            "client" => &mut self.client,
            "school" => &mut self.school,
            "action" => &mut self.action,
            "from" => return day(value, &mut self.from),
            "to" => return day(value, &mut self.to),
            "outcome" => {
                self.failed = match value {
                    "failed" => Some(true),
                    "done" => Some(false),
                    "" => None,
                    _ => return false,
                };
                return true;
            }
            _ => return false,
        };
        value.clone_into(text);
        true
    }

    /// One thing as it is asked.
    pub fn value(&self, name: &str) -> String {
        let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        match name {
            "actor" => self.actor.clone(),
            "person" => self.person.clone(),
            "client" => self.client.clone(),
            "school" => self.school.clone(),
            "action" => self.action.clone(),
            "from" => day(self.from),
            "to" => day(self.to),
            "outcome" => self.failed.map_or("", |failed| if failed { "failed" } else { "done" }).to_owned(),
            _ => String::new(),
        }
    }

    /// The line that asks this.
    pub fn line(&self) -> String {
        let asked = WORDS.iter().map(|name| (name, self.value(name))).filter(|(_, value)| !value.is_empty());
        let word = |(name, value): (&&str, String)| {
            if value.contains(char::is_whitespace) { format!("{name}:\"{value}\"") } else { format!("{name}:{value}") }
        };
        asked.map(word).collect::<Vec<_>>().join(" ")
    }
}

fn day(text: &str, into: &mut Option<Date>) -> bool {
    if text.is_empty() {
        *into = None;
        return true;
    }
    *into = dates::read(text).ok();
    into.is_some()
}

/// The words of a line, where spaces within quotation marks divide none.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for c in line.chars().filter(|c| !c.is_control()) {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => words.push(std::mem::take(&mut word)),
            c => word.push(c),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_and_written_again() {
        let line =
            "actor:3100456789 school:\"ngô quyền\" action:role.given from:2026-09-05 to:2026-09-30 outcome:failed";
        let (query, strange) = Query::read(line);
        assert_eq!(
            (query.actor.as_str(), query.school.as_str(), query.failed),
            ("3100456789", "ngô quyền", Some(true))
        );
        assert!(strange.is_empty());
        assert_eq!(query.line(), line);
        assert_eq!(Query::read("from:5/9/2026").0.line(), "from:2026-09-05");
        assert_eq!(Query::read(""), (Query::default(), Vec::new()));
    }

    #[test]
    fn what_is_not_understood_is_told() {
        let (query, strange) = Query::read("nguyen colour:red from:never outcome:maybe actor:system");
        assert_eq!(strange, ["nguyen", "colour:red", "from:never", "outcome:maybe"]);
        assert_eq!(query.line(), "actor:system");
    }
}
