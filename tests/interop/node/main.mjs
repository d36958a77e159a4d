// openid-client as a relying party: one scenario of its own for each way of asking.

import { readFileSync } from 'node:fs';
import { webcrypto } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { Browser } from './browser.mjs';

globalThis.crypto ??= webcrypto;
const oidc = await import(pathToFileURL(`${process.env.PHUONG_TEST_NODE_MODULES}/openid-client/build/index.js`));
const given = JSON.parse(readFileSync(0, 'utf8'));
const browser = new Browser(given);

const scenarios = { secret, signed, device, fapi };
process.stdout.write(JSON.stringify(await scenarios[given.scenario]()));

async function discover(metadata, authentication) {
  const all = { id_token_signed_response_alg: 'ES256', ...metadata };
  const server = new URL(given.issuer);
  return oidc.discovery(server, given.client_id, all, authentication, { execute: [oidc.allowInsecureRequests] });
}

async function privateKey() {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const key = await crypto.subtle.importKey('pkcs8', Buffer.from(given.pkcs8, 'base64'), algorithm, false, ['sign']);
  return { key, kid: given.kid };
}

async function request() {
  const verifier = oidc.randomPKCECodeVerifier();
  const checks = { pkceCodeVerifier: verifier, expectedState: oidc.randomState(), expectedNonce: oidc.randomNonce() };
  const parameters = {
    redirect_uri: given.redirect_uri,
    scope: 'openid profile edu',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  };
  return { checks, parameters };
}

// What a browser brings back, or what went wrong instead.
async function answered(url) {
  const { url: back, text } = await browser.visit(url);
  if (!back) throw new Error(`the browser is still at the provider: ${text.slice(0, 600)}`);
  return back;
}

// The whole life of an app with a secret.
async function secret() {
  const config = await discover({}, oidc.ClientSecretBasic(given.client_secret));
  const { checks, parameters } = await request();
  const back = await answered(oidc.buildAuthorizationUrl(config, parameters));
  const tokens = await oidc.authorizationCodeGrant(config, back, checks);
  const { sub, sid } = tokens.claims();
  const told = await oidc.fetchUserInfo(config, tokens.access_token, sub);
  const fresh = await oidc.refreshTokenGrant(config, tokens.refresh_token);
  const live = await oidc.tokenIntrospection(config, fresh.access_token);
  await oidc.tokenRevocation(config, fresh.access_token);
  const dead = await oidc.tokenIntrospection(config, fresh.access_token);
  const out = oidc.buildEndSessionUrl(config, { id_token_hint: tokens.id_token, client_id: given.client_id });
  const { text } = await browser.visit(out);
  return { sub, sid, name: told.name, live: live.active, dead: dead.active, out: text.includes('id="logout-done"') };
}

// A request that the app signed, and an answer that the provider signed.
async function signed() {
  const config = await discover(
    { authorization_signed_response_alg: 'ES256' },
    oidc.ClientSecretBasic(given.client_secret),
  );
  oidc.useJwtResponseMode(config);
  const { checks, parameters } = await request();
  const url = await oidc.buildAuthorizationUrlWithJAR(config, parameters, await privateKey());
  const back = await answered(url);
  const tokens = await oidc.authorizationCodeGrant(config, back, checks);
  return { sent: [...url.searchParams.keys()].sort(), got: [...back.searchParams.keys()], sub: tokens.claims().sub };
}

// A classroom's board: the person lets it in from their phone.
async function device() {
  const config = await discover({}, oidc.ClientSecretBasic(given.client_secret));
  const shown = await oidc.initiateDeviceAuthorization(config, { scope: 'openid profile' });
  const early = await poll(config, shown);
  const { text } = await browser.visit(new URL(shown.verification_uri_complete));
  const question = await browser.submit('/device', text, { user_code: shown.user_code });
  await browser.submit('/device/answer', question, { user_code: shown.user_code, minutes: '45', answer: 'allow' });
  const tokens = await oidc.pollDeviceAuthorizationGrant(config, { ...shown, interval: 0 });
  const told = await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
  return { early, name: told.name, complete: shown.verification_uri_complete.endsWith(shown.user_code) };
}

async function poll(config, shown) {
  try {
    const grant = 'urn:ietf:params:oauth:grant-type:device_code';
    await oidc.genericGrantRequest(config, grant, { device_code: shown.device_code });
    return 'no error';
  } catch (error) {
    return error.error;
  }
}

// FAPI 2.0: pushed, bound, proven by keys; with Message Signing when the app is registered for it.
async function fapi() {
  const config = await discover(
    { authorization_signed_response_alg: 'ES256' },
    oidc.PrivateKeyJwt(await privateKey()),
  );
  const DPoP = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256'));
  const { checks, parameters } = await request();
  let asked = parameters;
  if (given.message_signing) {
    oidc.useJwtResponseMode(config);
    const whole = await oidc.buildAuthorizationUrlWithJAR(config, parameters, await privateKey());
    asked = { request: whole.searchParams.get('request') };
  }
  const url = await oidc.buildAuthorizationUrlWithPAR(config, asked, { DPoP });
  const back = await answered(url);
  const tokens = await oidc.authorizationCodeGrant(config, back, checks, undefined, { DPoP });
  const { sub } = tokens.claims();
  const told = await oidc.fetchUserInfo(config, tokens.access_token, sub, { DPoP });
  const fresh = await oidc.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP });
  const again = await oidc.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP });
  return {
    sent: [...url.searchParams.keys()].sort(),
    type: tokens.token_type.toLowerCase(),
    name: told.name,
    rotated: Boolean(fresh.refresh_token || again.refresh_token),
    got: [...back.searchParams.keys()].sort(),
  };
}
