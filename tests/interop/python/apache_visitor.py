"""A person in front of Apache, whose mod_auth_openidc signs them in; and what is left when they sign out elsewhere."""

import json
import re
import sys

from browser import Browser, field

given = json.load(sys.stdin)
browser = Browser(given)
app = given["app"]

first = browser.visit(app + "/protected/")
second = browser.session.get(app + "/protected/", allow_redirects=False, timeout=30)
asking = browser.session.get(given["issuer"] + "/end_session", timeout=30)
request = re.search(r'name="request" value="([^"]*)"', asking.text)
form = {"csrf": field(asking, "csrf"), "request": request[1] if request else "", "answer": "yes"}
out = browser.session.post(given["issuer"] + "/end_session/confirm", data=form, timeout=30)
third = browser.session.get(app + "/protected/", allow_redirects=False, timeout=30)

json.dump(
    {
        "first": [first.status_code, first.headers.get("x-sub", ""), first.headers.get("x-name", "")],
        "second": second.status_code,
        "out": 'id="logout-done"' in out.text,
        "third": [third.status_code, third.headers.get("location", "").startswith(given["issuer"])],
    },
    sys.stdout,
)
