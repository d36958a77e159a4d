//! What axe-core finds against WCAG 2.2 AA in a page. `./tests/run` fetches axe-core; it is not part of this program.

use std::{env, fmt, fs};

use serde_json::Value;

use super::{chromium::Page, skip::skip};

/// A rule that a page breaks, and where.
#[derive(Debug)]
pub(crate) struct Violation {
    /// axe-core's name of the rule: `label`, `color-contrast`, …
    pub(crate) rule: String,
    help: String,
    /// The elements, by selector.
    elements: Vec<String>,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.rule, self.help, self.elements.join(", "))
    }
}

/// Every violation in the page as it stands; none, having said so, when `PHUONG_TEST_AXE` names no axe-core.
pub(crate) async fn violations(page: &Page) -> Option<Vec<Violation>> {
    let Some(axe) = env::var_os("PHUONG_TEST_AXE") else {
        skip("the accessibility of the pages", "PHUONG_TEST_AXE");
        return None;
    };
    // Once for a page: it is half a megabyte.
    if page.evaluate("typeof axe").await != "object" {
        let axe = fs::read_to_string(&axe).unwrap_or_else(|e| panic!("{} cannot be read: {e}", axe.display()));
        page.evaluate(&format!("{axe}; 0")).await;
    }
    let found = page.evaluate(RUN).await;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let violation = |v: &Value| Violation {
        rule: text(&v["rule"]),
        help: text(&v["help"]),
        elements: v["elements"].as_array().into_iter().flatten().map(text).collect(),
    };
    Some(found.as_array().expect("axe-core answers a list").iter().map(violation).collect())
}

const RUN: &str = "
    axe.run({runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}})
       .then(found => found.violations.map(v =>
           ({rule: v.id, help: v.help, elements: v.nodes.map(n => n.target.join(' '))})))";
