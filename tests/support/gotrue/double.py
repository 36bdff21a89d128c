"""Supabase Auth as the Desk meets it over HTTP: the same paths, shapes, codes and refusals, on a clock of its own.

It signs with real ES256 keys, counts real TOTP steps and sends its e-mails into a list.
"""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event, RLock
from typing import Any, Final
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm

from tests.support.gotrue.people import Body, Mail, Refusal, User, picture, totp

PUBLISHABLE, SECRET = "sb_publishable_of-the-double", "sb_secret_of-the-double"
STEP_S: Final = 30

Answer = tuple[int, Any]


class Gotrue:
    """The project's Auth; attributes that a test sets make it misbehave."""

    def __init__(self) -> None:
        self.url = ""
        self.users: list[User] = []
        self.sessions: dict[str, tuple[User, str]] = {}
        """Session id to its user and assurance level."""
        self.mails: list[Mail] = []
        self.asked: list[tuple[str, str]] = []
        self.ahead_s = 0
        """How far this clock is ahead of the Desk's."""
        self._waited_s = 0
        """How long people would have waited for their apps to show another code."""
        self.claims: Body = {}
        """What every token says instead of the truth."""
        self.sign: Callable[[Body], str] = self.signed
        self.outage: tuple[int, bytes] | None = None
        """What it answers to everything, down to the keys."""
        self.answers = Event()
        """Cleared, it leaves everybody waiting."""
        self.answers.set()
        self.waiting = 0
        self.publishes_keys = True
        self.lock = RLock()
        self._challenges: dict[str, str] = {}
        self._key, self._kid = ec.generate_private_key(ec.SECP256R1()), "key-1"

    # What a test does

    def add(self, email: str, password: str = "", *, user_id: str = "", has_factor: bool = False) -> User:
        """Somebody with an account."""
        user = User(email, password, user_id or str(uuid4()))
        if has_factor:
            self._new_factor(user, "phone of theirs")["status"] = "verified"
        self.users.append(user)
        return user

    def code(self, user: User) -> str:
        """What the user's app shows: of a step not used yet, as if they had waited for it."""
        factor = user.factors[-1]["id"]
        step = max(self._step(), user.used_step + 1)
        self._waited_s += max(0, step - self._step()) * STEP_S
        return totp(user.secrets[factor], step)

    def rotate(self) -> None:
        """Sign with another key from now on, and publish no other."""
        self._key, self._kid = ec.generate_private_key(ec.SECP256R1()), f"key-{uuid4()}"

    def public_pem(self) -> bytes:
        """The key that everybody may know."""
        return self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def kid(self) -> str:
        """The name of the key."""
        return self._kid

    def signed(self, claims: Body) -> str:
        """A token as GoTrue makes it."""
        return jwt.encode(claims, self._key, "ES256", {"kid": self._kid})

    # What the Desk asks

    def answer(self, method: str, path: str, query: Body, body: Body, bearer: str, apikey: str) -> Answer:
        """What GoTrue says."""
        if path == "/.well-known/jwks.json":
            return 200, {"keys": [self._jwk()] * self.publishes_keys}
        if apikey not in {PUBLISHABLE, SECRET}:
            return 401, {"message": "Invalid API key"}  # the gateway's words, not GoTrue's
        if path == "/health":
            return 200, {"version": "v2.180.0", "name": "GoTrue", "description": "GoTrue is a user registration API"}
        if path in {"/invite", "/admin/generate_link"} and apikey != SECRET:
            raise Refusal(403, "not_admin")
        route = f"{method} {path}"
        if route == "POST /token" and query.get("grant_type") == "password":
            return 200, self._token(self._with_password(body), "aal1", str(uuid4()))
        if route == "POST /verify":
            return 200, self._token(self._with_link(body), "aal1", str(uuid4()))
        if route == "POST /recover":
            return 200, self._recover(body, query)
        if route == "POST /invite":
            return 200, self._invite(body["email"], query)
        if route == "POST /admin/generate_link":
            return 200, self._link(body)
        return self._as_user(route, query, body, bearer)

    def _as_user(self, route: str, query: Body, body: Body, bearer: str) -> Answer:
        session_id, (user, level) = self._session(bearer)
        parts = route.split("/")
        if route == "GET /user":
            return 200, user.shown()
        if route == "PUT /user":
            return 200, self._changed(user, level, body["password"])
        if route == "POST /logout":
            for other, (owner, _) in list(self.sessions.items()):
                if other == session_id or (query.get("scope") != "local" and owner is user):
                    del self.sessions[other]
            return 204, None
        if route == "POST /factors":
            return 200, self._enrolled(user, level, body)
        if route.startswith("DELETE /factors/"):
            user.factors = [factor for factor in user.factors if factor["id"] != parts[2]]
            return 200, {"id": parts[2]}
        if parts[-1] == "challenge":
            challenge = str(uuid4())
            self._challenges[challenge] = parts[2]
            return 200, {"id": challenge, "type": "totp", "expires_at": self._now() + 300}
        if parts[-1] == "verify":
            self._prove(user, parts[2], body)
            return 200, self._token(user, "aal2", session_id)
        raise Refusal(404, "not_found")

    def _with_password(self, body: Body) -> User:
        for user in self.users:
            if user.email == body["email"] and user.password and user.password == body["password"]:
                return user
        raise Refusal(400, "invalid_credentials")

    def _with_link(self, body: Body) -> User:
        for mail in self.mails:
            if (mail.token_hash, mail.kind) == (body["token_hash"], body["type"]):
                self.mails.remove(mail)
                return next(user for user in self.users if user.email == mail.to)
        raise Refusal(403, "otp_expired")

    def _recover(self, body: Body, query: Body) -> Body:
        if any(user.email == body["email"] for user in self.users):
            self.mails.append(Mail(body["email"], "recovery", secrets.token_hex(28), query.get("redirect_to", "")))
        return {}

    def _invite(self, email: str, query: Body) -> Body:
        if any(user.email == email for user in self.users):
            raise Refusal(422, "email_exists")
        self.mails.append(Mail(email, "invite", secrets.token_hex(28), query.get("redirect_to", "")))
        return self.add(email).shown()

    def _link(self, body: Body) -> Body:
        for user in self.users:
            if user.email == body["email"]:
                made = {"action_link": self.url, "email_otp": "123456", "hashed_token": secrets.token_hex(28)}
                return made | {"redirect_to": "", "verification_type": body["type"]} | user.shown()
        raise Refusal(404, "user_not_found")

    def _changed(self, user: User, level: str, password: str) -> Body:
        if level == "aal1" and any(factor["status"] == "verified" for factor in user.factors):
            raise Refusal(401, "insufficient_aal")
        if password == user.password:
            raise Refusal(422, "same_password")
        if "password" in password:
            raise Refusal(422, "weak_password", weak_password={"reasons": ["pwned"]})
        user.password = password
        return user.shown()

    def _enrolled(self, user: User, level: str, body: Body) -> Body:
        if any(factor["friendly_name"] == body["friendly_name"] for factor in user.factors):
            raise Refusal(422, "mfa_factor_name_conflict")
        if level == "aal1" and any(factor["status"] == "verified" for factor in user.factors):
            raise Refusal(403, "insufficient_aal")
        factor = self._new_factor(user, body["friendly_name"])
        secret = user.secrets[factor["id"]]
        uri = f"otpauth://totp/{body['issuer']}:{user.email}?issuer={body['issuer']}&secret={secret}"
        return {
            "id": factor["id"],
            "type": "totp",
            "friendly_name": factor["friendly_name"],
            "totp": {"qr_code": picture(uri), "secret": secret, "uri": uri},
        }

    def _new_factor(self, user: User, name: str) -> Body:
        now = datetime.now(UTC).isoformat()
        factor = {"id": str(uuid4()), "friendly_name": name, "factor_type": "totp", "status": "unverified"}
        user.factors.append(factor | {"created_at": now, "updated_at": now})
        user.secrets[factor["id"]] = base64.b32encode(secrets.token_bytes(20)).decode()
        return user.factors[-1]

    def _prove(self, user: User, factor_id: str, body: Body) -> None:
        if self._challenges.pop(body["challenge_id"], None) != factor_id:
            raise Refusal(422, "mfa_factor_not_found")
        for step in range(self._step() - 1, self._step() + 2):
            if step > user.used_step and body["code"] == totp(user.secrets[factor_id], step):
                user.used_step = step
                next(factor for factor in user.factors if factor["id"] == factor_id)["status"] = "verified"
                return
        raise Refusal(422, "mfa_verification_failed")

    def _session(self, bearer: str) -> tuple[str, tuple[User, str]]:
        try:
            options = {"verify_exp": False, "verify_iat": False, "verify_aud": False, "verify_signature": False}
            session_id = jwt.decode(bearer, options=options)["session_id"]  # pyright: ignore[reportArgumentType]
        except jwt.PyJWTError:
            raise Refusal(403, "bad_jwt") from None
        if session_id not in self.sessions:
            raise Refusal(403, "session_not_found")
        return session_id, self.sessions[session_id]

    def _token(self, user: User, level: str, session_id: str) -> Body:
        self.sessions[session_id] = (user, level)
        now = self._now()
        methods = [{"method": "password", "timestamp": now}]
        truth = {"iss": f"{self.url}/auth/v1", "sub": user.id, "aud": "authenticated", "exp": now + 3600, "iat": now}
        truth |= {"email": user.email, "role": "authenticated", "aal": level, "amr": methods, "session_id": session_id}
        truth |= {"app_metadata": {}, "user_metadata": {}, "is_anonymous": False}
        token = {"access_token": self.sign(truth | self.claims), "token_type": "bearer", "expires_in": 3600}
        return token | {"expires_at": now + 3600, "refresh_token": secrets.token_urlsafe(12), "user": user.shown()}

    def _jwk(self) -> Body:
        public = ECAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return public | {"kid": self._kid, "alg": "ES256", "use": "sig", "key_ops": ["verify"]}

    def _now(self) -> int:
        return int(time.time()) + self.ahead_s

    def _step(self) -> int:
        return (self._now() + self._waited_s) // STEP_S
