//! Just enough HTML to find a page's forms and submit them as a browser would.

/// A form: where it goes, what it would send, which fields it shows.
#[derive(Debug, Default, Clone)]
pub struct Form {
    pub action: String,
    pub post: bool,
    /// What is sent as it stands: hidden fields, ticked boxes.
    pub fields: Vec<(String, String)>,
    pub buttons: Vec<(String, String)>,
    names: Vec<String>,
}

impl Form {
    /// Whether the form has a field of this name, filled or not.
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    /// Fills a field.
    pub fn fill(&mut self, name: &str, value: &str) {
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.to_owned()));
    }
}

/// Every form of a page, in order.
pub fn forms(html: &str) -> Vec<Form> {
    let mut all: Vec<Form> = Vec::new();
    let mut inside = false;
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let Some(end) = end_of_tag(rest) else { break };
        let (name, attributes) = parse(&rest[1..end]);
        rest = &rest[end + 1..];
        match name.as_str() {
            "script" | "style" => rest = rest.find(&format!("</{name}")).map_or("", |at| &rest[at..]),
            "form" => {
                inside = true;
                let post = value(&attributes, "method").is_some_and(|method| method.eq_ignore_ascii_case("post"));
                let action = value(&attributes, "action").unwrap_or_default().to_owned();
                all.push(Form { action, post, ..Form::default() });
            }
            "/form" => inside = false,
            "input" | "button" | "select" | "textarea" if inside => {
                if let Some(form) = all.last_mut() {
                    field(form, &name, &attributes);
                }
            }
            _ => {}
        }
    }
    all
}

type Attributes = Vec<(String, String)>;

fn value<'a>(attributes: &'a Attributes, name: &str) -> Option<&'a str> {
    attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

fn field(form: &mut Form, tag: &str, attributes: &Attributes) {
    let Some(name) = value(attributes, "name").filter(|name| !name.is_empty()) else { return };
    let kind = value(attributes, "type").unwrap_or(if tag == "button" { "submit" } else { "text" });
    let pair = (name.to_owned(), value(attributes, "value").unwrap_or("").to_owned());
    form.names.push(name.to_owned());
    match kind {
        "submit" | "image" => form.buttons.push(pair),
        "button" | "reset" => {}
        "checkbox" | "radio" if value(attributes, "checked").is_none() => {}
        _ => form.fields.push(pair),
    }
}

/// The `>` that ends a tag, outside quotes.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut quote = None;
    text.char_indices().find_map(|(at, c)| {
        match (quote, c) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
        None
    })
}

fn parse(tag: &str) -> (String, Attributes) {
    let tag = tag.trim_end_matches('/');
    let (name, mut rest) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return (name.to_ascii_lowercase(), attributes);
        }
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let key = rest[..end].to_ascii_lowercase();
        rest = rest[end..].trim_start();
        let mut text = "";
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            (text, rest) = match after.chars().next() {
                Some(quote @ ('"' | '\'')) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
                _ => after.split_at(after.find(char::is_whitespace).unwrap_or(after.len())),
            };
        }
        attributes.push((key, unescape(text)));
    }
}

fn unescape(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let (entity, tail) = after.split_once(';').filter(|(entity, _)| entity.len() < 10).unwrap_or(("", after));
        let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
        let c = match entity {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => entity.strip_prefix("#x").map_or_else(
                || entity.strip_prefix('#').and_then(|digits| number(digits, 10)),
                |digits| number(digits, 16),
            ),
        };
        plain.push(c.unwrap_or('&'));
        rest = if c.is_some() { tail } else { after };
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_found_as_a_browser_finds_it() {
        let page = r#"<html><!-- <form action="/no"> --><script>"<form>"</script>
            <form autocomplete=off action="/i/1?a=b&amp;c=d" method='post'><input type="hidden" name="csrf" value="x&#x3D;&quot;"/>
            <input required name=login><input type=password name="password"><input type=checkbox name=remember checked>
            <input type=checkbox name=own><button type="submit" name="go" value="1">Sign in</button></form>"#;
        let found = forms(page);
        assert_eq!(found.len(), 1);
        let form = &found[0];
        assert_eq!((form.action.as_str(), form.post), ("/i/1?a=b&c=d", true));
        assert!(form.has("login") && form.has("own"));
        assert_eq!(form.fields[0], ("csrf".to_owned(), "x=\"".to_owned()));
        assert!(!form.fields.iter().any(|(name, _)| name == "own"), "a box that is not ticked is not sent");
        assert_eq!(form.buttons, [("go".to_owned(), "1".to_owned())]);
    }
}
