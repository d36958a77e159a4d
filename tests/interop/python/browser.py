"""A person's browser: it keeps cookies, follows redirects and fills in the provider's forms."""

import re
from urllib.parse import urljoin, urlsplit

import requests


class Browser:
    def __init__(self, given):
        self.given = given
        self.session = requests.Session()

    def visit(self, url, stop=None):
        """Goes to an address, signing in on the way; the last answer, or the address that begins with `stop`."""
        answer = self.session.get(url, allow_redirects=False, timeout=30)
        for _ in range(15):
            if "location" in answer.headers:
                url = urljoin(answer.url, answer.headers["location"])
                if stop and url.startswith(stop):
                    return url
                answer = self.session.get(url, allow_redirects=False, timeout=30)
            elif 'id="login-submit"' in answer.text:
                form = {"csrf": field(answer, "csrf"), "flow": field(answer, "flow")}
                form |= {"username": self.given["username"], "password": self.given["password"]}
                at = "{0.scheme}://{0.netloc}/sign-in".format(urlsplit(answer.url))
                answer = self.session.post(at, data=form, allow_redirects=False, timeout=30)
            else:
                return answer
        raise RuntimeError("the provider sends the browser round in circles")


def field(answer, name):
    found = re.search(f'name="{name}" value="([^"]*)"', answer.text)
    if not found:
        raise RuntimeError(f"the page has no field {name}: {answer.text[:400]}")
    return found[1]
