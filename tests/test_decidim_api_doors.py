# SPDX-License-Identifier: AGPL-3.0-or-later
"""An organiser signs in as herself through her browser, and nobody else in her place."""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener, urlopen

import pytest
from aiohttp import web

from kiosk.commands import trustee_table
from kiosk.commands.decidim_account import api_key, consent
from kiosk.errors import KioskProblem, KioskRefused
from kiosk.i18n import voice
from sync.decidim.post import Api, Lost
from sync.decidim.refusals import DecidimProblem, DecidimRefused
from sync.decidim.writing.consent import ConsentDoor
from sync.decidim.writing.doors import KeyDoor
from sync.decidim.writing.loopback import Loopback
from sync.decidim.writing.outcomes import Written
from sync.decidim.writing.session import Session
from sync.decidim.writing.writer import Writer
from tests.decidim_double import DecidimDouble, Faults, Slow
from tests.decidim_double.invented import ADMIN, NEIGHBOUR
from tests.test_decidim_api import ANSWER, KEY, OPEN, Clock, code

TOLD = "Podeu tornar al terminal."


class _Staying(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


class Browser:
    """Whoever sits before it is signed in and agrees. `on_way` may change where she is sent."""

    def __init__(self, on_way: Callable[[str], list[str]] = lambda back: [back]) -> None:
        self.pages: list[str] = []
        self.seen: list[str] = []
        self._on_way = on_way
        self._threads: list[threading.Thread] = []

    def __call__(self, page: str) -> None:
        self.pages.append(page)
        self._threads.append(threading.Thread(target=self._visit, args=(page,)))
        self._threads[-1].start()

    def _visit(self, page: str) -> None:
        try:
            build_opener(_Staying).open(page, timeout=10).close()
        except HTTPError as found:
            found.close()
            for address in self._on_way(found.headers.get("Location") or ""):
                self._go(address)

    def _go(self, address: str) -> None:
        with suppress(HTTPError), urlopen(address, timeout=10) as answer:
            self.seen.append(answer.read().decode())

    def close(self) -> None:
        for thread in self._threads:
            thread.join()


@contextmanager
def browser(on_way: Callable[[str], list[str]] = lambda back: [back]) -> Iterator[Browser]:
    made = Browser(on_way)
    try:
        yield made
    finally:
        made.close()


def randomness(size: int) -> bytes:
    return bytes(range(size))


def door(show: Callable[[str], object], clock: Callable[[], float] | None = None) -> ConsentDoor:
    given = {"clock": clock} if clock else {}
    return ConsentDoor("invented-client", random=randomness, show=show, told=TOLD, **given)


def signed_in(double: DecidimDouble, show: Callable[[str], object]) -> Session:
    clock = Clock()
    return Session(double.url, door(show), clock=clock, sleep=clock.sleep)


def refused(double: DecidimDouble, show: Callable[[str], object]) -> DecidimProblem:
    with pytest.raises(DecidimRefused) as found, signed_in(double, show):
        pass
    return found.value.code


def test_an_organiser_writes_as_herself_and_takes_the_token_back() -> None:
    with DecidimDouble("0.31", OPEN) as double, browser() as her:
        double.browser = ADMIN
        session = signed_in(double, her)
        with session:
            assert Writer(session).write(ANSWER) == Written("101")
        assert session.signed_out
        assert double._doors.denied == set(double._doors.issued_tokens)
    assert her.seen == [TOLD]


def test_a_participant_may_not_answer() -> None:
    with DecidimDouble("0.31", OPEN) as double, browser() as her:
        double.browser = NEIGHBOUR
        with signed_in(double, her) as session:
            assert code(Writer(session).write(ANSWER)) is DecidimProblem.ANSWER_DENIED


def test_the_page_opens_again_when_the_token_ends() -> None:
    now = [0]
    with DecidimDouble("0.31", OPEN, now=lambda: now[0]) as double, browser() as her:
        double.browser = ADMIN
        with signed_in(double, her) as session:
            now[0] = 3600
            assert Writer(session).write(ANSWER) == Written("101")
    assert len(her.pages) == 2


def test_what_is_asked_for_is_bound_to_this_machine_and_tells_no_verifier() -> None:
    with DecidimDouble("0.31", OPEN) as double, browser() as her:
        double.browser = ADMIN
        with signed_in(double, her):
            pass
    (page,) = her.pages
    asked = {name: values[0] for name, values in parse_qs(urlsplit(page).query).items()}
    assert set(asked["scope"].split()) == {"user", "api:read", "api:write"}
    assert asked["code_challenge_method"] == "S256"
    assert urlsplit(asked["redirect_uri"]).hostname == "127.0.0.1"
    assert "verifier" not in page


def test_who_comes_with_another_state_or_to_another_page_is_turned_away() -> None:
    def strangers(back: str) -> list[str]:
        place = back.partition("?")[0]
        forged = urlencode({"code": "theirs", "state": "wrong"})
        elsewhere = back.replace("/back", "/favicon.ico")
        return [f"{place}?{forged}", f"{place}?code=theirs", elsewhere, place + "?state=%ff", back]

    with DecidimDouble("0.31", OPEN) as double, browser(strangers) as her:
        double.browser = ADMIN
        with signed_in(double, her) as session:
            assert Writer(session).write(ANSWER) == Written("101")
    assert her.seen == [TOLD]


def test_who_does_not_agree_is_heard() -> None:
    def denying(back: str) -> list[str]:
        state = parse_qs(urlsplit(back).query)["state"][0]
        said = urlencode({"error": "access_denied", "state": state})
        return [f"{back.partition('?')[0]}?{said}"]

    with DecidimDouble("0.31", OPEN) as double, browser(denying) as her:
        double.browser = ADMIN
        assert refused(double, her) is DecidimProblem.CONSENT_DENIED


def test_nobody_is_waited_for_longer_than_was_said() -> None:
    moments = iter([0.0, 299.99, 301.0])
    with DecidimDouble("0.31", OPEN) as double:
        late = door(lambda _: None, lambda: next(moments))
        with pytest.raises(DecidimRefused) as found:
            late.enter(Api(double.url, clock=Clock(), sleep=Clock().sleep))
    assert found.value.code is DecidimProblem.CONSENT_LATE


def test_a_code_that_is_not_the_platforms_gives_no_token() -> None:
    def forging(back: str) -> list[str]:
        state = parse_qs(urlsplit(back).query)["state"][0]
        said = urlencode({"code": "theirs", "state": state})
        return [f"{back.partition('?')[0]}?{said}"]

    with DecidimDouble("0.31", OPEN) as double, browser(forging) as her:
        double.browser = ADMIN
        assert refused(double, her) is DecidimProblem.CONSENT_REFUSED


def test_nonsense_that_comes_back_is_turned_away() -> None:
    visits = [
        b"GET //[ HTTP/1.0", b"\x00\xff", b"POST /back?code=x&state=s HTTP/1.0",
        b"GET /back?state=s HTTP/1.0", b"GET /back?state=s&code=ours HTTP/1.0",
    ]  # fmt: skip
    with Loopback("s", TOLD) as back, ExitStack() as lines:
        place = ("127.0.0.1", urlsplit(back.address).port or 0)
        for visit in visits:  # they wait in the order in which they came
            line = lines.enter_context(socket.create_connection(place))
            line.sendall(visit + b"\r\n\r\n")
        came = back.wait(60, time.monotonic)
    assert came
    assert came.reveal() == "ours"


# --- platforms that mean ill --------------------------------------------------------------------


class Platform(DecidimDouble):
    """One whose doors answer as they are told."""

    def __init__(self, **answers: web.Response) -> None:
        super().__init__("0.31", OPEN)
        self.answers = answers

    async def _sign_in(self, *_: object, **__: object) -> web.Response:
        return self.answers["sign_in"]

    async def _redeem(self, *_: object, **__: object) -> web.Response:
        return self.answers["redeem"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (web.Response(status=302, headers={"Location": "https://evil.invalid/x"}), "other-host"),
        (web.Response(status=302, headers={"Location": "http://[::1"}), "sign-in-refused"),
        (web.Response(status=200), "no-sign-in"),
        (web.Response(headers={"Authorization": "Bearer a b"}), "no-sign-in"),
        (web.Response(headers={"Authorization": "Basic abc"}), "no-sign-in"),
        (web.Response(headers={"Authorization": "Bearer " + "a" * 5000}), "no-sign-in"),
        (web.Response(status=422), "sign-in-refused"),
    ],
)
def test_a_sign_in_that_gives_no_token_is_told(answer: web.Response, expected: str) -> None:
    with Platform(sign_in=answer) as double, pytest.raises(DecidimRefused) as found:
        Session(double.url, KeyDoor(KEY), clock=Clock(), sleep=Clock().sleep).__enter__()
    assert found.value.code == expected


@pytest.mark.parametrize(
    "said",
    [
        [], {}, {"access_token": 1}, {"access_token": "a b"}, {"access_token": ""},
        {"access_token": "a", "token_type": "mac"},
        {"access_token": "a", "scope": "user api:read"},
    ],
)  # fmt: skip
def test_a_consent_that_gives_less_than_was_asked_for_gives_nothing(said: Any) -> None:
    with Platform(redeem=web.json_response(said)) as double, browser() as her:
        double.browser = ADMIN
        assert refused(double, her) is DecidimProblem.CONSENT_REFUSED


def test_a_consent_is_redeemed_at_no_other_host() -> None:
    led = web.Response(status=307, headers={"Location": "https://evil.invalid/oauth/token"})
    with Platform(redeem=led) as double, browser() as her:
        double.browser = ADMIN
        assert refused(double, her) is DecidimProblem.OTHER_HOST


# --- where an organiser's credentials come from -------------------------------------------------


def test_a_key_comes_from_a_file_that_nobody_else_reads(tmp_path: Path) -> None:
    file = tmp_path / "account"
    file.write_text("k1\ns1\n")
    file.chmod(0o600)
    key = api_key(str(file), voice("en"))
    assert (key.key.reveal(), key.secret.reveal()) == ("k1", "s1")
    file.chmod(0o640)
    with pytest.raises(KioskRefused) as found:
        api_key(str(file), voice("en"))
    assert found.value.code is KioskProblem.KEY_OPEN


def test_a_file_that_is_not_there_or_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    (tmp_path / "binary").chmod(0o600)
    for name in ("none", "binary"):
        with pytest.raises(KioskRefused) as found:
            api_key(str(tmp_path / name), voice("en"))
        assert found.value.code is KioskProblem.NO_FILE


def test_a_key_comes_from_the_input_or_is_typed_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("k1\ns1\nmore"))
    assert api_key("-", voice("en")).secret.reveal() == "s1"
    typed = iter(["k2", "s2"])
    monkeypatch.setattr(trustee_table, "getpass", lambda _: next(typed))
    key = api_key(None, voice("en"))
    assert (key.key.reveal(), key.secret.reveal()) == ("k2", "s2")


def test_the_page_to_agree_on_is_told_and_opened(capsys: pytest.CaptureFixture[str]) -> None:
    with DecidimDouble("0.31", OPEN) as double, browser() as her:
        double.browser = ADMIN
        clock = Clock()
        theirs = consent("invented-client", voice("en"), her)
        with Session(double.url, theirs, clock=clock, sleep=clock.sleep) as session:
            assert Writer(session).write(ANSWER) == Written("101")
    assert her.pages[0] in capsys.readouterr().err
    assert her.seen == [voice("en").say("decidim.account.back")]


def test_silence_is_a_lost_answer() -> None:
    with DecidimDouble("0.31", OPEN, Faults({1: Slow(0.5)})) as double:
        api = Api(double.url, clock=Clock(), sleep=Clock().sleep)
        with pytest.raises(Lost):
            api.send("POST", "/api", b"{}", {}, 0.05)


class Shut(DecidimDouble):
    """One whose API lets nobody in, whatever its door says."""

    async def _api(self, *_: object, **__: object) -> web.Response:
        return web.Response(status=self.status)

    status = 401


@pytest.mark.parametrize(
    ("status", "expected"), [(401, "token-ended"), (404, "not-decidim"), (302, "api-closed")]
)
def test_an_api_that_lets_nobody_in_is_asked_no_third_time(status: int, expected: str) -> None:
    clock = Clock()
    with Shut("0.31", OPEN) as double:
        double.status = status
        session = Session(double.url, KeyDoor(KEY), clock=clock, sleep=clock.sleep)
        with session, pytest.raises(DecidimRefused) as found:
            Writer(session).write(ANSWER)
        assert len(double._doors.issued_tokens) == (2 if status == 401 else 1)
    assert found.value.code == expected


def test_a_write_that_another_page_answers_is_refused() -> None:
    clock = Clock()
    with Shut("0.31", OPEN) as double:
        session = Session(double.url, KeyDoor(KEY), clock=clock, sleep=clock.sleep)
        with session:
            assert session.tell("mutation{x}", {}) == 0.0
            double.status = 302
            with pytest.raises(DecidimRefused):
                session.tell("mutation{x}", {})
            double.status = 429
            assert session.tell("mutation{x}", {}) == 30.0
            double.status = 500
            assert session.tell("mutation{x}", {}) == 30.0
