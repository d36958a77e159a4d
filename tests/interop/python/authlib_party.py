"""Authlib as a relying party: code with PKCE, refresh, introspection, and a client that proves itself by a key."""

import json
import sys
import time

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from browser import Browser

given = json.load(sys.stdin)
metadata = requests.get(given["issuer"] + "/.well-known/openid-configuration", timeout=30).json()


def party():
    common = {
        "client_id": given["client_id"],
        "redirect_uri": given["redirect_uri"],
        "scope": "openid profile offline_access",
        "code_challenge_method": "S256",
        "token_endpoint": metadata["token_endpoint"],
    }
    if "client_secret" in given:
        return OAuth2Session(client_secret=given["client_secret"], **common)
    key = ECKey.import_key(given["pem"])
    by_key = {"token_endpoint_auth_method": "private_key_jwt", "revocation_endpoint_auth_method": "private_key_jwt"}
    session = OAuth2Session(client_secret=key, **by_key, **common)
    session.register_client_auth_method(Assertion(given["issuer"], headers={"kid": given["kid"]}, alg="ES256"))
    return session


class Assertion(PrivateKeyJWT):
    """Left alone the library addresses its assertions to the token endpoint, makes them good for an hour, and gives all of
    them the `jti` of the first; ours are for the issuer, for five minutes at most, and count once (R14)."""

    def sign(self, auth, token_endpoint):
        self.claims = {"exp": int(time.time()) + 120}
        return super().sign(auth, token_endpoint)


session = party()
verifier, nonce = generate_token(48), generate_token(16)
url, state = session.create_authorization_url(
    metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce
)
back = Browser(given).visit(url, stop=given["redirect_uri"])
token = session.fetch_token(
    metadata["token_endpoint"], authorization_response=back, code_verifier=verifier, state=state
)
keys = KeySet.import_key_set(requests.get(metadata["jwks_uri"], timeout=30).json())
claims = jwt.decode(token["id_token"], keys, algorithms=["ES256"]).claims
told = session.get(metadata["userinfo_endpoint"], timeout=30).json()
fresh = session.refresh_token(metadata["token_endpoint"], refresh_token=token["refresh_token"])
live = session.introspect_token(metadata["introspection_endpoint"], token=fresh["access_token"]).json()
revoked = session.revoke_token(metadata["revocation_endpoint"], token=fresh["refresh_token"])
if revoked.status_code != 200:
    raise RuntimeError(f"revocation refused: {revoked.status_code} {revoked.text}")
dead = session.introspect_token(metadata["introspection_endpoint"], token=fresh["access_token"]).json()

json.dump(
    {
        "nonce": claims["nonce"] == nonce,
        "aud": claims["aud"],
        "same": claims["sub"] == told["sub"],
        "name": told["name"],
        "rotated": fresh["refresh_token"] != token["refresh_token"],
        "live": live["active"],
        "dead": dead["active"],
    },
    sys.stdout,
)
