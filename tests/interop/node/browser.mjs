// A person's browser: it keeps cookies, follows redirects within the provider, and fills in the provider's forms.

export class Browser {
  #cookies = new Map();

  constructor({ issuer, username, password }) {
    this.issuer = issuer;
    this.person = { username, password };
  }

  // Goes to an address, signing in on the way; where it ends: an address outside the provider, or a page's text.
  async visit(url) {
    let [answer, at] = [await this.#send(url), url];
    for (let hops = 0; hops < 12; hops += 1) {
      const onward = answer.headers.get('location');
      if (onward) {
        at = new URL(onward, at);
        if (at.origin !== this.issuer) return { url: at };
        answer = await this.#send(at);
        continue;
      }
      const text = await answer.text();
      if (!text.includes('id="login-submit"')) return { text };
      const form = { csrf: field(text, 'csrf'), flow: field(text, 'flow'), ...this.person };
      answer = await this.#send(new URL('/sign-in', this.issuer), form);
    }
    throw new Error('the provider sends the browser round in circles');
  }

  // Sends a form of ours, with the token that the page before it gave.
  async submit(path, page, fields) {
    const answer = await this.#send(new URL(path, this.issuer), { csrf: field(page, 'csrf'), ...fields });
    return answer.text();
  }

  async #send(url, form) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const body = form && new URLSearchParams(form);
    const answer = await fetch(url, { method: form ? 'POST' : 'GET', redirect: 'manual', headers: { cookie }, body });
    for (const set of answer.headers.getSetCookie()) {
      const [name, value] = set.split(';')[0].split(/=(.*)/s);
      this.#cookies.set(name, value);
    }
    return answer;
  }
}

function field(text, name) {
  const found = text.match(new RegExp(`name="${name}" value="([^"]*)"`));
  if (!found) throw new Error(`the page has no field ${name}: ${text.slice(0, 400)}`);
  return found[1];
}
