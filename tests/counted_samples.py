# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counts as rules give them, small ones worked out by hand; nobody who stands in them exists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from ballots.counting.contest import Amount, Contest, Option
from ballots.counting.count import (
    Budget,
    Count,
    Duels,
    Grades,
    Line,
    Payment,
    Reason,
    Stage,
    Tie,
    Transfer,
)
from ballots.counting.draw import TieBy, TieFor
from ballots.counting.profile import Cast, Spoilt
from ballots.counting.rule import (
    Approval,
    Borda,
    Greedy,
    Irv,
    MajorityJudgment,
    Mes,
    Rule,
    Schulze,
    StvScottish,
    YesNo,
)
from ballots.counting.sums.outcome import Verdict
from ballots.counting.trace import Told, step

LONG = (
    "Rehabilitació integral de l’antic edifici de les cotxeres com a equipament veïnal "
    "autogestionat, amb sala d’assaig, biblioteca d’eines, menjador popular, hort comunitari al "
    "terrat i una rampa d’accés per a cadires de rodes des del carrer de dalt fins a la plaça"
)[:250]


def contest(names: Sequence[str], title: str = "Votació de mostra", seats: int = 1) -> Contest:
    options = tuple(Option(id=f"o{n}", name=name) for n, name in enumerate(names, 1))
    return Contest(title=title, options=options, seats=seats)


def moves(source: str, **to: Amount) -> tuple[Transfer, ...]:
    """Transfers from one option; `nobody` stands for no further preference."""
    return tuple(
        Transfer(source=source, target="" if target == "nobody" else target, votes=votes)
        for target, votes in to.items()
    )


def held(votes: Sequence[Amount]) -> dict[str, Amount]:
    return {f"o{n}": each for n, each in enumerate(votes, 1)}


def lost(option: str, votes: int, n: int) -> Reason:
    return Reason(
        option=option,
        won=False,
        steps=(step(Told.OUTVOTED, option=option, votes=votes, n=n),),
    )


def tennessee() -> Count:
    """A hundred ballots for a capital: 42, 26, 15 and 17, each town for the nearest ones."""
    return Count(
        rule=Irv(),
        contest=contest(
            ["Memphis", "Nashville", "Chattanooga", "Knoxville"], "Capital de Tennessee"
        ),
        cast=Cast(ballots=103, blank=2, spoilt={Spoilt.REPEATED: 1}),
        winners=("o4",),
        stages=(
            Stage(
                votes=held([42, 26, 15, 17]),
                excluded=("o3",),
                needed=51,
                source=("o3",),
                moved=moves("o3", o4=15),
                told=(step(Told.OUTVOTED, option="o3", votes=15, n=2),),
            ),
            Stage(
                votes=held([42, 26, 0, 32]),
                excluded=("o2",),
                needed=51,
                source=("o2",),
                moved=moves("o2", o4=26),
                told=(step(Told.OUTVOTED, option="o2", votes=26, n=6),),
            ),
            Stage(
                votes=held([42, 0, 0, 58]),
                elected=("o4",),
                needed=51,
                told=(step(Told.CHOSEN, option="o4", n=58),),
            ),
        ),
        told=(
            step(Told.BALLOTS, n=103, valid=100, blank=2),
            step(Told.CHOSEN, option="o4", n=58),
            step(Told.MARGIN, n=2),
        ),
        reasons=(
            lost("o1", 42, 9),
            lost("o2", 26, 7),
            lost("o3", 15, 3),
            Reason(option="o4", won=True, steps=(step(Told.CHOSEN, option="o4", n=58),)),
        ),
    )


def council() -> Count:
    """Two seats, five people, a hundred ballots. Quota 34; a surplus of 6 of 40 is worth 0.15.

    The 40: 30 go on to o2 and then o3, 5 to o3, 5 end. The 10 of o5: 6 to o4, 4 end. The 14 of
    o2: 9 to o3, 5 to o4.
    """
    quarter = Fraction(1, 4)
    return Count(
        rule=StvScottish(seats=2),
        contest=contest(
            ["Aina Exemple", "Berta Exemple", "Carme Exemple", "Dídac Exemple", "Enric Exemple"],
            "Dues places a la junta",
            seats=2,
        ),
        cast=Cast(ballots=100, blank=0),
        winners=("o1", "o3"),
        quota=34,
        decimals=5,
        stages=(
            Stage(
                votes=held([40, 14, 20, 16, 10]),
                elected=("o1",),
                needed=34,
                source=("o1",),
                value=Fraction(3, 20),
                moved=moves("o1", o2=4 + 2 * quarter, o3=3 * quarter, nobody=3 * quarter),
            ),
            Stage(
                votes=held([34, 18 + 2 * quarter, 20 + 3 * quarter, 16, 10]),
                exhausted=3 * quarter,
                excluded=("o5",),
                needed=34,
                source=("o5",),
                moved=moves("o5", o4=6, nobody=4),
            ),
            Stage(
                votes=held([34, 18 + 2 * quarter, 20 + 3 * quarter, 22, 0]),
                exhausted=4 + 3 * quarter,
                excluded=("o2",),
                needed=34,
                source=("o2",),
                moved=moves("o2", o3=13 + 2 * quarter, o4=5),
            ),
            Stage(
                votes=held([34, 0, 34 + quarter, 27, 0]),
                exhausted=4 + 3 * quarter,
                elected=("o3",),
                needed=34,
            ),
        ),
        told=(step(Told.BALLOTS, n=100, valid=100, blank=0),),
        reasons=(lost("o2", 18, 3), lost("o4", 27, 8), lost("o5", 10, 7)),
    )


def drawn() -> Count:
    """The council again, where o4 and o2 had been equal and dice decided."""
    ties = (
        Tie(
            stage=3,
            what=TieFor.EXCLUSION,
            by=TieBy.LOT,
            options=("o2", "o4"),
            picked="o2",
            otherwise={"o4": ("o1", "o2")},
        ),
        Tie(
            stage=1, what=TieFor.SURPLUS, by=TieBy.EARLIER_STAGE, options=("o1", "o3"), picked="o1"
        ),
    )
    return replace(council(), ties=ties)


def schulze() -> Count:
    """Schulze's own example: 45 ballots, five options, circles of defeats (arXiv 1804.02973)."""
    matrix = (
        (0, 20, 26, 30, 22),
        (25, 0, 16, 33, 18),
        (19, 29, 0, 17, 24),
        (15, 12, 28, 0, 14),
        (23, 27, 21, 31, 0),
    )
    strength = (
        (0, 28, 28, 30, 24),
        (25, 0, 28, 33, 24),
        (25, 29, 0, 29, 24),
        (25, 28, 28, 0, 24),
        (25, 28, 28, 31, 0),
    )
    return Count(
        rule=Schulze(),
        contest=contest(["Alzina", "Bedoll", "Castanyer", "Dacsa", "Eucaliptus"], "Un arbre"),
        cast=Cast(ballots=45, blank=0),
        winners=("o5",),
        stages=(Stage(votes=held([3, 1, 2, 0, 4]), elected=("o5",)),),
        duels=Duels(
            matrix=matrix,
            strength=strength,
            order=(("o5",), ("o1",), ("o3",), ("o2",), ("o4",)),
            others={"copeland": ("o5",), "minimax": ("o5",), "borda": ("o5",)},
        ),
        told=(step(Told.BALLOTS, n=45, valid=45, blank=0),),
        reasons=(lost("o1", 24, 1), lost("o2", 24, 4), lost("o3", 24, 4), lost("o4", 24, 4)),
    )


def approval() -> Count:
    names = ["Festa major", "Hort", "Ombra a la plaça", "Biblioteca d’eines", "Bústia de queixes"]
    stage = Stage(votes=held([31, 44, 52, 20, 9]), needed=30)
    return Count(
        rule=Approval(seats=2),
        contest=contest(names, "Què fem enguany", seats=2),
        cast=Cast(ballots=62, blank=1, spoilt={Spoilt.OVER_MARKED: 2, Spoilt.UNKNOWN_OPTION: 1}),
        winners=("o3", "o2"),
        stages=(stage,),
        told=(
            step(Told.BALLOTS, n=62, valid=58, blank=1),
            step(Told.MORE_THAN, share="1/2", of=58, n=30),
            step(Told.CHOSEN, option="o3", n=52),
            step(Told.CHOSEN, option="o2", n=44),
        ),
        reasons=(lost("o1", 31, 13), lost("o4", 20, 24), lost("o5", 9, 35)),
    )


def yes_no() -> Count:
    options = (Option(id="yes", name="Sí"), Option(id="no", name="No"))
    return Count(
        rule=YesNo(majority=Fraction(1, 2)),
        contest=Contest(title="Aprovar els comptes", options=options),
        cast=Cast(ballots=58, blank=4),
        winners=("yes",),
        verdict=Verdict.ADOPTED,
        stages=(Stage(votes={"yes": 41, "no": 13}, needed=28),),
        told=(step(Told.SIDES, yes=41, no=13), step(Told.ADOPTED, n=41)),
    )


def borda() -> Count:
    """Points with halves, where options that are left out share the lowest places."""
    stage = Stage(votes=held([Fraction(15, 2), 6, Fraction(9, 2)]))
    return Count(
        rule=Borda(),
        contest=contest(["Dilluns", "Dimarts", "Dimecres"], "Quin dia ens trobem"),
        cast=Cast(ballots=6, blank=0),
        winners=("o1",),
        decimals=1,
        stages=(stage,),
    )


def grades() -> Count:
    """Sixty ballots from 0 to 5."""
    given = {
        "o1": (2, 4, 9, 15, 18, 12),
        "o2": (10, 10, 10, 10, 10, 10),
        "o3": (1, 2, 3, 4, 20, 30),
        "o4": (40, 12, 5, 2, 1, 0),
    }
    names = ["Un parc", "Un aparcament", "Una escola bressol", "Una tanca publicitària"]
    return Count(
        rule=MajorityJudgment(),
        contest=contest(names, "Què fem amb el solar"),
        cast=Cast(ballots=60, blank=0),
        winners=("o3",),
        stages=(),
        grades=Grades(
            scale=(0, 1, 2, 3, 4, 5),
            given=given,
            median={"o1": 3, "o2": 2, "o3": 4, "o4": 0},
            order=(("o3",), ("o1",), ("o2",), ("o4",)),
        ),
        told=(step(Told.BALLOTS, n=60, valid=60, blank=0),),
        reasons=(lost("o1", 3, 1), lost("o2", 2, 2), lost("o4", 0, 4)),
    )


PROJECTS = (
    ("Pintar els bancs", 400, 8),
    ("Font nova", 300, 6),
    ("Testos", 200, 3),
    ("Rètols per als arbres", 250, 4),
)


def projects(listed: Sequence[tuple[str, int, int]], budget: int, title: str) -> Contest:
    options = tuple(
        Option(id=f"o{n}", name=name, cost=cost) for n, (name, cost, _) in enumerate(listed, 1)
    )
    return Contest(title=title, options=options, budget=budget, currency="EUR")


def equal_shares() -> Count:
    """Ten voters with 100 each: o1 by 1-8, o2 by 1-5 and 9, o3 by 6, 7, 10, o4 by 1, 2, 8, 9.

    o1 takes 50 of each; o2 takes 50 of each; o3 takes what 6 and 7 have left, and 100.
    """
    lines = (
        Line(
            option="o1",
            votes=8,
            cost=400,
            funded=True,
            left=1000,
            support=Fraction(2),
            payments=(Payment(voters=5, each=50), Payment(voters=3, each=50)),
        ),
        Line(
            option="o2",
            votes=6,
            cost=300,
            funded=True,
            left=600,
            support=Fraction(7, 6),
            payments=(Payment(voters=5, each=50), Payment(voters=1, each=50)),
        ),
        Line(
            option="o3",
            votes=3,
            cost=200,
            funded=True,
            left=300,
            support=Fraction(1),
            payments=(Payment(voters=2, each=50), Payment(voters=1, each=100)),
        ),
        Line(
            option="o4",
            votes=4,
            cost=250,
            funded=False,
            left=100,
            support=Fraction(2, 5),
            spent_on={"o1": 150, "o2": 150},
            unspent=100,
        ),
    )
    return Count(
        rule=Mes(),
        contest=projects(PROJECTS, 1000, "Pressupost del carrer"),
        cast=Cast(ballots=10, blank=0),
        winners=("o1", "o2", "o3"),
        stages=(),
        budget=Budget(budget=1000, spent=900, lines=lines, endowment=100),
        told=(step(Told.BALLOTS, n=10, valid=10, blank=0),),
        reasons=(lost("o4", 4, 3),),
    )


def greedy(listed: Sequence[tuple[str, int, int]] = PROJECTS, budget: int = 800) -> Count:
    """The most voted first, passing over what does not fit."""
    left, lines, stages = budget, [], []
    ranked = sorted(enumerate(listed, 1), key=lambda each: (-each[1][2], each[0]))
    for n, (_, cost, votes) in ranked:
        funded = cost <= left
        lines.append(Line(option=f"o{n}", votes=votes, cost=cost, funded=funded, left=left))
        if funded:
            left -= cost
            told = (step(Told.CHOSEN, option=f"o{n}", n=votes),)
            stages.append(
                Stage(votes=held([each for *_, each in listed]), elected=(f"o{n}",), told=told)
            )
    return Count(
        rule=Greedy(),
        contest=projects(listed, budget, "Pressupost participatiu"),
        cast=Cast(ballots=max(votes for *_, votes in listed) + 2, blank=2),
        winners=tuple(line.option for line in lines if line.funded),
        stages=tuple(stages),
        budget=Budget(budget=budget, spent=budget - left, lines=tuple(lines)),
        reasons=tuple(lost(line.option, int(line.votes), 1) for line in lines if not line.funded),
    )


def many_projects(number: int = 160) -> list[tuple[str, int, int]]:
    return [
        (
            f"Projecte inventat {n}" if n % 7 else f"{n} · {LONG}"[:250],
            1_000 + 7_919 * n % 90_000,
            12 + 104_729 * n % 3_001,
        )
        for n in range(1, number + 1)
    ]


def many_shares(number: int = 160) -> Count:
    """The same projects as by greedy, as equal shares with many different payments."""
    plain = greedy(many_projects(number), 1_500_000)
    assert plain.budget is not None
    lines = tuple(
        replace(
            line,
            support=Fraction(9, 8) if line.funded else Fraction(n % 100, 101),
            payments=_payments(line) if line.funded else (),
        )
        for n, line in enumerate(plain.budget.lines)
    )
    budget = replace(plain.budget, lines=lines, endowment=Fraction(997, 2), raised=41)
    return replace(plain, rule=Mes(), budget=budget)


def _payments(line: Line) -> tuple[Payment, ...]:
    """All pay the same but four, who had less; together the cost."""
    poor = tuple(Payment(voters=1, each=Fraction(n, 2)) for n in range(1, 5))
    rest = Fraction(line.cost) - 5
    return (*poor, Payment(voters=int(line.votes) - 4, each=rest / (int(line.votes) - 4)))


def wide(options: int = 36, stages: int = 35) -> Count:
    """Many options leaving one by one, their votes going to those that stay, some to nobody."""
    names = [f"Persona Inventada Número {n}" for n in range(1, options + 1)]
    votes: dict[str, int] = {f"o{n}": 100 + 7_919 * n % 9_973 for n in range(1, options + 1)}
    exhausted, made = 0, []
    for number in range(1, stages + 1):
        if number == stages:
            best = max(votes, key=lambda each: votes[each])
            needed = sum(votes.values()) // 2 + 1
            made.append(Stage(votes=votes, exhausted=exhausted, elected=(best,), needed=needed))
            break
        standing = [each for each in votes if votes[each]]
        last = min(standing, key=lambda each: votes[each])
        moved = _scattered(votes[last], last, [each for each in standing if each != last])
        needed = sum(votes.values()) // 2 + 1
        made.append(
            Stage(
                votes=dict(votes),
                exhausted=exhausted,
                excluded=(last,),
                source=(last,),
                needed=needed,
                moved=moved,
            )
        )
        votes = {**votes, last: 0}
        for each in moved:
            if each.target:
                votes[each.target] += int(each.votes)
            else:
                exhausted += int(each.votes)
    final = made[-1]
    ballots = sum(int(each) for each in final.votes.values()) + exhausted
    return Count(
        rule=Irv(),
        contest=contest(names, "Una llista molt llarga"),
        cast=Cast(ballots=ballots, blank=0),
        winners=final.elected,
        stages=tuple(made),
        reasons=tuple(lost(f"o{n}", 1, 1) for n in range(1, options + 1)),
    )


def _scattered(votes: int, source: str, others: Sequence[str]) -> tuple[Transfer, ...]:
    """Votes of one option in unequal parts over the others, the rest to nobody."""
    part = [votes * (1 + place % 3) // (3 * len(others)) for place in range(len(others))]
    shared: Mapping[str, int] = dict(zip(others, part, strict=True))
    moved = [Transfer(source=source, target=each, votes=n) for each, n in shared.items() if n]
    rest = votes - sum(part)
    return (*moved, Transfer(source=source, target="", votes=rest)) if rest else tuple(moved)


def square(options: int = 36) -> Count:
    """A large square of duels: whoever has the smaller number wins more clearly the further."""
    matrix = tuple(
        tuple(0 if a == b else 12_000 + 150 * (b - a) for b in range(options))
        for a in range(options)
    )
    return Count(
        rule=Schulze(),
        contest=contest([f"Opció inventada número {n}" for n in range(1, options + 1)]),
        cast=Cast(ballots=24_000, blank=0),
        winners=("o1",),
        stages=(Stage(votes=held(range(options)[::-1]), elected=("o1",)),),
        duels=Duels(matrix=matrix, order=tuple((f"o{n}",) for n in range(1, options + 1))),
    )


def named(count: Count, name: str) -> Count:
    """The same with one name for every option, and for the contest."""
    options = tuple(replace(each, name=name) for each in count.contest.options)
    return replace(count, contest=replace(count.contest, title=name, options=options))


def rule_of(count: Count, rule: Rule) -> Count:
    return replace(count, rule=rule)


EVERY: Mapping[str, Count] = {
    "tennessee": tennessee(),
    "council": council(),
    "drawn": drawn(),
    "schulze": schulze(),
    "approval": approval(),
    "yes-no": yes_no(),
    "borda": borda(),
    "grades": grades(),
    "equal-shares": equal_shares(),
    "greedy": greedy(),
    "many-projects": greedy(many_projects(), 1_500_000),
    "many-shares": many_shares(),
    "wide": wide(),
    "square": square(),
}
