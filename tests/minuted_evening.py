# SPDX-License-Identifier: AGPL-3.0-or-later
"""The facts of one invented evening, for minutes; nobody in it exists."""

from __future__ import annotations

from fractions import Fraction

from ballots.assembly import (
    AgendaItem,
    Assembly,
    Call,
    Kind,
    Majority,
    MajorityBase,
    Option,
    Poll,
    Question,
    Quorum,
    QuorumBase,
    Rule,
    Wording,
)
from ballots.balance import Balance, Batch, PollBallots, balance
from ballots.balance import Channel as Device
from ballots.counting.sums.additive import decide
from printouts.proceedings import (
    Attendance,
    Attendee,
    Channel,
    ChannelVotes,
    HeldIn,
    Intervention,
    Matter,
    Minutes,
    PollOnRecord,
    Resolution,
    SealedRecord,
)

CHAIR, SECRETARY = "Presidenta Exemple", "Secretari Exemple"
SPEAKER = "Veïna Exemple Seixanta-u"
HALF_OF_VALID = Majority(share=Fraction(1, 2), base=MajorityBase.VALID)
A_QUARTER = Quorum(share=Fraction(1, 4), base=QuorumBase.CENSUS)


def wording(text: str) -> Wording:
    return Wording({"ca": text, "es": f"{text} (es)", "en": f"{text} (en)"})


def yes_or_no(id_: str, text: str, rule: Rule) -> Question:
    options = (Option(id="yes", text=wording("Sí")), Option(id="no", text=wording("No")))
    return Question(id=id_, kind=Kind.YES_NO, text=wording(text), options=options, rule=rule)


def approval(texts: list[str], seats: int = 3) -> Question:
    options = tuple(Option(id=f"p{n:02}", text=wording(text)) for n, text in enumerate(texts))
    return Question(
        id="projects",
        kind=Kind.APPROVAL,
        text=wording("Projectes del pressupost participatiu"),
        options=options,
        maximum=min(3, len(options)),
        rule=Rule(seats=seats),
    )


ACCOUNTS = yes_or_no(
    "accounts", "Aprovar els comptes", Rule(quorum=A_QUARTER, majority=HALF_OF_VALID)
)


def resolved(question: Question, tally: list[int], ballots: int) -> Resolution:
    outcome = decide(question, tally, ballots=ballots, present=60, census=191)
    votes = ChannelVotes(channel=Channel.KIOSK, ballots=ballots)
    return Resolution(question=question, outcome=outcome, channels=(votes,))


def named(people: int) -> tuple[Attendee, ...]:
    """Names in order; every tenth is represented by the first."""
    return tuple(
        Attendee(
            name=f"Veí Exemple Número {n}",
            represented_by="Veí Exemple Número 1" if n % 10 == 0 else "",
        )
        for n in range(1, people + 1)
    )


def an_assembly(items: tuple[str, ...], question: Question = ACCOUNTS) -> Assembly:
    return Assembly(
        title=wording("Assemblea general de tardor"),
        body=wording("Associació de Veïns i Veïnes Exemple"),
        place="Centre Cívic Exemple, plaça Exemple 12, Barcelona",
        call=Call(
            convened_by="Junta de l\u2019Associació",
            convened_on="2026-11-07",
            first="2026-11-21T18:30",
            second="2026-11-21T19:00",
        ),
        languages=("ca", "es", "en"),
        agenda=tuple(
            AgendaItem(id=str(place), title=wording(item)) for place, item in enumerate(items)
        ),
        polls=(Poll(id="poll-1", title=wording("Butlleta"), questions=(question,)),),
        chair=CHAIR,
        secretary=SECRETARY,
        census=191,
    )


def a_balance(booth_two: int = 29) -> Balance:
    devices = (
        Device(device="Cabina 1", cast=30, counted=29, aside=1),
        Device(device="Cabina 2", cast=booth_two, counted=29),
    )
    return balance(
        present=60,
        returned=1,
        batches=[Batch(name="1", printed=120, issued=60, void=3, left=57)],
        polls=[PollBallots(poll="poll-1", ballots=58, channels=devices)],
    )


def an_evening(language: str = "ca", people: int = 66) -> Minutes:
    """58 ballots on one yes/no question with quorum and majority; words on record."""
    names = named(people)
    represented = sum(1 for each in names if each.represented_by)
    matter = Matter(
        title="Comptes",
        summary=(f"La tresoreria presenta els comptes; {SPEAKER.upper()} en demana el detall.",),
        interventions=(
            Intervention(speaker=SPEAKER, words="Ho va demanar veí exemple  número 7 al juny."),
        ),
        resolutions=(resolved(ACCOUNTS, [4, 41, 13], 58),),
    )
    return Minutes(
        language=language,
        assembly=an_assembly(("Comptes", "Precs i preguntes")),
        held_in=HeldIn.SECOND,
        opened="2026-11-21T19:03",
        closed="2026-11-21T20:41",
        attendance=Attendance(present=people - represented, represented=represented, names=names),
        matters=(matter,),
        polls=(
            PollOnRecord(
                id="poll-1",
                title="Butlleta de la tarda",
                election="moKpY3qnwWPc51",
                ballots=58,
                receipts="71d0" * 16,
                conflicts=1,
                challenges=2,
            ),
        ),
        balance=a_balance(),
        seal=SealedRecord(
            election="moKpY3qnwWPc51",
            root="4f" * 32,
            entries=412,
            cosigners=("Taula", "Cabina 1"),
        ),
        bundle="9c3a" * 16,
        assembly_id="34750f98bd59fcfc946da45aaabe933b",
    )
