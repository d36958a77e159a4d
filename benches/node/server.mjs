// node-oidc-provider with a plain in-memory store (no durable writes), first-party auto-consent,
// own login form with CSRF and Argon2id (OWASP parameters) checked in native code (@node-rs/argon2).
import http from 'node:http';
import fs from 'node:fs';
import crypto from 'node:crypto';
import { Provider } from 'oidc-provider';
import { verify } from '@node-rs/argon2';

const port = Number(process.env.PORT || 4001);
const issuer = `http://localhost:${port}`;
const users = JSON.parse(fs.readFileSync(new URL('./users.json', import.meta.url)));

// ---- in-memory adapter
const store = new Map(); const byUid = new Map(); const byGrant = new Map();
const grantable = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken', 'DeviceCode', 'BackchannelAuthenticationRequest']);
class Mem {
  constructor(model) { this.model = model; }
  async upsert(id, payload, expiresIn) {
    const k = `${this.model}:${id}`;
    if (this.model === 'Session') byUid.set(payload.uid, id);
    if (grantable.has(this.model) && payload.grantId) {
      let s = byGrant.get(payload.grantId); if (!s) byGrant.set(payload.grantId, s = new Set());
      s.add(k);
    }
    store.set(k, { payload, exp: expiresIn ? Date.now() + expiresIn * 1000 : Infinity });
  }
  async find(id) { const e = store.get(`${this.model}:${id}`); return e && e.exp > Date.now() ? e.payload : undefined; }
  async findByUid(uid) { return this.find(byUid.get(uid)); }
  async findByUserCode() { return undefined; }
  async destroy(id) { store.delete(`${this.model}:${id}`); }
  async revokeByGrantId(g) { for (const k of byGrant.get(g) ?? []) store.delete(k); byGrant.delete(g); }
  async consume(id) { store.get(`${this.model}:${id}`).payload.consumed = Math.floor(Date.now() / 1000); }
}
setInterval(() => { const now = Date.now(); for (const [k, e] of store) if (e.exp < now) store.delete(k); }, 60000).unref();

const keyfile = new URL('./jwks.json', import.meta.url);
if (!fs.existsSync(keyfile)) {
  const k = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
  const e = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  const o = crypto.generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  fs.writeFileSync(keyfile, JSON.stringify({ keys: [{ ...k, use: 'sig', alg: 'RS256', kid: 'r1' }, { ...e, use: 'sig', alg: 'ES256', kid: 'e1' }, { ...o, use: 'sig', alg: 'EdDSA', kid: 'o1' }] }));
}

const provider = new Provider(issuer, {
  adapter: Mem,
  jwks: JSON.parse(fs.readFileSync(keyfile)),
  clients: [
    { client_id: 'web', client_secret: 'web-secret-web-secret-web-secret', redirect_uris: ['https://rp.example.org/cb'], grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'], token_endpoint_auth_method: 'client_secret_basic' },
    { client_id: 'svc', client_secret: 'svc-secret-svc-secret-svc-secret', redirect_uris: [], grant_types: ['client_credentials'], response_types: [], token_endpoint_auth_method: 'client_secret_basic' },
  ],
  cookies: { keys: [crypto.randomBytes(32).toString('hex')] },
  scopes: ['openid', 'offline_access', 'profile', 'email'],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'given_name', 'family_name'] },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => undefined,
      useGrantedResource: () => false,
      getResourceServerInfo: (ctx, r) => ({ scope: 'api', audience: r, accessTokenTTL: 600, accessTokenFormat: 'jwt', jwt: { sign: { alg: r.includes('es256') ? 'ES256' : r.includes('eddsa') ? 'EdDSA' : 'RS256' } } }),
    },
  },
  ttl: { AccessToken: 3600, AuthorizationCode: 60, IdToken: 3600, Session: 36000, Grant: 36000, Interaction: 3600, RefreshToken: 86400, ClientCredentials: 600 },
  issueRefreshToken: async (ctx, client) => client.grantTypeAllowed('refresh_token'),
  rotateRefreshToken: () => true,
  loadExistingGrant: async (ctx) => {
    const id = ctx.oidc.session.grantIdFor(ctx.oidc.client.clientId);
    if (id) { const g = await ctx.oidc.provider.Grant.find(id); if (process.env.DEBUGI) console.log('found', id, g); return g; }
    const g = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    g.addOIDCScope('openid profile email offline_access');
    await g.save();
    return g;
  },
  findAccount: async (ctx, sub) => ({ accountId: sub, claims: async () => ({ sub, name: `Given Family ${sub}`, given_name: 'Given', family_name: 'Family', email: sub, email_verified: true }) }),
  interactions: { url: (ctx, i) => `/login/${i.uid}` },
});

const cb = provider.callback();
const esc = (s) => String(s).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const csrfKey = crypto.randomBytes(32);
const csrf = (uid) => crypto.createHmac('sha256', csrfKey).update(uid).digest('base64url');
const page = (uid, msg) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sign in</title></head><body><h1>Sign in</h1>${msg ? `<p role="alert">${esc(msg)}</p>` : ''}
<form method="post" action="/login/${uid}"><input type="hidden" name="csrf" value="${csrf(uid)}"><label>User <input name="username" autocomplete="username" required></label><label>Password <input type="password" name="password" autocomplete="current-password" required></label><button type="submit">Sign in</button></form></body></html>`;
const html = (res, code, s) => { res.writeHead(code, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'content-security-policy': "default-src 'self'; form-action 'self'" }); res.end(s); };

http.createServer(async (req, res) => {
  if (!req.url.startsWith('/login/')) return cb(req, res);
  try {
    const d = await provider.interactionDetails(req, res);
    if (process.env.DEBUGI) console.log(d.prompt);
    if (req.method === 'GET') return html(res, 200, page(d.uid));
    let body = ''; for await (const c of req) { body += c; if (body.length > 4096) throw new Error('too long'); }
    const f = new URLSearchParams(body);
    if (f.get('csrf') !== csrf(d.uid)) return html(res, 403, 'csrf');
    const h = users[f.get('username')];
    if (!h || !await verify(h, f.get('password') ?? '')) return html(res, 200, page(d.uid, 'Wrong user name or password'));
    await provider.interactionFinished(req, res, { login: { accountId: f.get('username') } }, { mergeWithLastSubmission: false });
  } catch (e) { if (!res.headersSent) html(res, 400, esc(e.message)); }
}).listen(port, '127.0.0.1');
