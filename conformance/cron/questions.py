"""The schedules, zones and start times that robfig/cron is asked about: the same ones every time."""

import random
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from joblint.kube.cron import timezone

SEED = 20_260_121
# Zones with unusual clocks: half an hour or two hours of daylight saving time, none at all, winter time as the
# exception, midnight skipped, Ramadan, new rules every year, a missing day, offsets of quarter hours and of seconds.
ZONES = (
    "UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "Antarctica/Troll",
    "Africa/Casablanca", "Africa/El_Aaiun", "Asia/Gaza", "America/Asuncion", "America/Santiago", "Pacific/Chatham",
    "America/Havana", "Asia/Beirut", "America/Sao_Paulo", "Pacific/Apia", "Europe/Dublin", "Africa/Cairo",
    "Asia/Tehran", "America/St_Johns", "America/Nuuk", "America/Scoresbysund", "Antarctica/Casey", "Pacific/Easter",
    "Asia/Amman", "America/Caracas", "Asia/Pyongyang", "Europe/Volgograd", "Africa/Juba", "Atlantic/Azores",
    "Asia/Damascus", "America/Godthab",
)  # fmt: skip
PAST = (  # zone, interesting moments of the distant past
    ("Africa/Monrovia", "1972-01-06T22:00:00Z"), ("Europe/Amsterdam", "1937-06-30T20:00:00Z"),
    ("Pacific/Kiritimati", "1995-01-01T08:00:00Z"), ("America/Sao_Paulo", "2017-10-14T12:00:00Z"),
    ("Asia/Manila", "1937-01-31T00:00:00Z"), ("Europe/Lisbon", "1992-09-26T20:00:00Z"),
    ("Asia/Kathmandu", "1985-12-31T00:00:00Z"), ("America/Juneau", "1867-10-01T00:00:00Z"),
)  # fmt: skip
HARD = (
    "0 0 * * *", "30 2 * * *", "0 2 * * *", "15,45 1-3 * * *", "*/20 * * * *", "0 */3 * * *", "0 0 1 * *",
    "0 0 31 * *", "59 23 * * *", "30 0 * * 0", "0 1 * * SUN", "@hourly", "@daily", "@weekly", "@monthly", "@yearly",
    "@every 90m", "0 0 13 * 5", "0 12 */2 * 1", "30 3 28-31 3,10 *", "0 0 1 JAN ?", "10 0 1 * *", "5 0 L * *",
    "45 2 * 3 0",
)  # fmt: skip
RARE = (
    "0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 29 2 *", "0 0 29 2 1", "0 0 31 2 1", ", * * * *", "* , * * *",
    "* * , * *", "* * * , *", "* * * * ,", "0 0 , * ,", "0 0 , * 1", "0 0 31 2 */2", "0 0 30 2 *-x",
    "59 23 31 12 6", "0 0 29 2 */7",
)  # fmt: skip
ODD = (
    "", " ", "@", "@daily ", " @daily", "@Daily", "@every", "@every ", "@every 1h ", "@every  1h", "@every 1h30m",
    "@every 0", "@every -5m", "@every +1.5h", "@every .5s", "@every 1.s", "@every .s", "@every 100ms",
    "@every 1m0.9999999999s", "@every 2562047h47m16.854775807s", "@every 2562047h47m16.854775808s",
    "@every -2562047h47m16.854775808s", "@every 9223372036854775807ns", "@every 9223372036854775808ns",
    "@every 1µs", "@every 1μs1ns", "@every 1d", "@every 1h 5m", "@every 5", "@every 5M",
    "@every 0000000000000000000000001h", "@every 0.00000000000000000000000000000000001h",
    "@every 0.99999999999999999999999999999999999s", "@every 1e3s", "@every 1_0s", "@every ١h", "@every -",
    "@every +", "@every 00", "@annually", "@midnight", "@reboot", "@minutely", "@YEARLY", "@weekly\n", "daily",
    "TZ=UTC 0 0 * * *", "TZ=UTC\t0 0 * * *", "TZ=UTC", "TZ=", "CRON_TZ=", "TZ= 0 0 * * *", "TZ= ", "TZ=UTC ",
    "TZ=0", "CRON_TZ=Asia/Tokyo 0 6 * * *", "CRON_TZ=Asia/Tokyo   @daily  ", "TZ=Asia/Tokyo @every 1h ",
    "tz=UTC 0 0 * * *", "TZ=Local 30 4 * * *", "TZ=local 0 0 * * *", "TZ=Nowhere/Land 0 0 * * *",
    "TZ=europe/berlin 0 0 * * *", "TZ=../UTC 0 0 * * *", "TZ=/UTC 0 0 * * *", "TZ=\\UTC 0 0 * * *",
    "TZ=America 0 0 * * *", "TZ=America/ 0 0 * * *", "TZ=EST5EDT 0 2 * * *", "TZ=Etc/GMT-14 0 0 * * *",
    "TZ=US/Pacific 30 2 * * *", "TZ=Europe/Kyiv\u20030 0 * * *", "TZ=UTC TZ=UTC 0 0 * * *", "TZ=UTC 0 0 * *",
    "TZ=UTC TZ=UTC", " TZ=UTC 0 0 * * *", "CRON_TZ=Australia/Lord_Howe 30 2 * * *", "TZ=Pacific/Apia 0 0 1 * *",
    "TZ=America/Havana 0 0 * * 0", "TZ=Factory 0 0 * * *", "0 0 * *", "0 0 * * * *", "0 0 0 0 0", "* * * * * * *",
    "0 0 * * 7", "0 0 * * 0-7", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 0 *", "* * * 13 *",
    "-1 * * * *", "+5 * * * *", "5-+7 * * * *", "*/+2 * * * *", "*/-2 * * * *", "*/0 * * * *", "*/-0 * * * *",
    "*/61 * * * *", "*/9223372036854775807 * * * *", "*/9223372036854775808 * * * *", "1/9999999999999 * * * *",
    "00000000000000000000000000005 * * * *", "99999999999999999999 * * * *", "4294967296 * * * *", "*-5 * * * *",
    "*-99 * * * *", "*-a-b-c * * * *", "?-/2 * * * *", "*-x/3 * * * *", "** * * * *", "*/* * * * *", "*/ * * * *",
    "/2 * * * *", "*/2/3 * * * *", "1-2-3 * * * *", "1- * * * *", "-5 * * * *", "- * * * *", "1--2 * * * *",
    "5-1 * * * *", "* * * * FRI-MON", "* * * * fri-SAT", "* * * * Sun", "* * * * sunday", "* * * JAN-mar/2 *",
    "* * * * FR\u0130", "* * * \u0130AN *", "MON * * * *", "* * * MON *", "* * * * JAN", "1,2,,3 * * * *",
    ",1 * * * *", "1, * * * *", "1,*/2,5-9/2 * * * *", "1,? * * * *", "? ? ? ? ?", "0\t0\n*\r*\v*",
    "0\u00a00\u2003*\u3000*\u0085*", "0\u200b0 * * * *", "0 0 * * *\x00", "\ufeff0 0 * * *", "0\x1c0 * * *",
    "0\x1f0\x1c* * *", "\"0 0 * * *\"", "'*/5 * * * *'", "0 0 L * *", "0 0 15W * *", "0 0 * * 5L", "0 0 * * 5#3",
    "H * * * *", "0x5 * * * *", "1_0 * * * *", "1.5 * * * *", "1e1 * * * *", "٣ * * * *", "５ * * * *",
    "*/5 * * * * # comment", "0 0 1-31 * 0-6", "0 0 */1 * 1", "0 0 1/1 * 1", "0 0 */2 * 1", "0 0 1 * */2",
    "0 0 * * 1/2", "0 0 ?/2 * 1", "0 0 *,3 * 1", "0-59/60 * * * *", "59/2 * * * *", "23 23/5 31/2 12/3 6/4",
    "1-5/2,7-9/3,*/30 */6,1-3 1,15 */4 1-5",
)  # fmt: skip
VOCABULARY = (
    *"0123456789*?/-,@ LW#+._\t", "60", "24", "31", "32", "12", "13", "7", "JAN", "dec", "MON", "sun", "*/5", "1-5",
    "  ", "TZ=", "99", "00", "@every ", "1h", "\u2003", "\x1c",
)  # fmt: skip


def questions() -> list[dict[str, Any]]:
    """Return all questions, in a fixed order."""
    dice = random.Random(SEED)
    asked = [_ask(dice, text, dice.choice(ZONES)) for text in ODD]
    asked += [_ask(dice, text, zone) for text in RARE for zone in ("UTC", "America/Santiago", "Asia/Beirut")]
    asked += [
        _ask(dice, "0 0 29 2 *", "UTC", after=f"{year}-03-01T00:00:00Z") for year in (2023, 2024, 2092, 2096, 2099)
    ]
    asked += [_ask(dice, text, zone) for text in HARD for zone in ZONES]
    asked += [_ask(dice, text, zone, after=after) for text in HARD[:8] for zone, after in PAST]
    asked += _date_line(dice)
    asked += [_ask(dice, _schedule(dice), dice.choice(ZONES)) for _ in range(1200)]
    asked += [_ask(dice, _mutated(dice), dice.choice(ZONES)) for _ in range(800)]
    asked += [_ask(dice, text, dice.choice(ZONES), legacy=True) for text in (*ODD, *RARE, *HARD)]
    asked += [_ask(dice, _schedule(dice), dice.choice(ZONES), legacy=True) for _ in range(200)]
    return asked


def _ask(dice: random.Random, schedule: str, zone: str, after: str = "", legacy: bool = False) -> dict[str, Any]:
    """Return a question that starts shortly before a change of the zone's clock, if it has any."""
    if not after:
        changes = transitions(zone)
        at = (
            dice.choice(changes) if changes else datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=dice.randrange(4000))
        )
        at -= timedelta(minutes=dice.choice((0, 1, 17, 30, 60, 61, 90, 119, 180, 600, 1440, 2000, 4321, 43_200)))
        at += timedelta(seconds=dice.choice((0, 0, 0, 1, 59)), milliseconds=dice.choice((0, 0, 0, 1, 500)))
        after = at.isoformat().replace("+00:00", "Z")
    question = {"schedule": schedule, "zone": zone, "after": after, "count": dice.choice((2, 3, 5))}
    return {**question, "legacy": True} if legacy else question


def _date_line(dice: random.Random) -> list[dict[str, Any]]:
    """Return questions about Samoa, which skipped 2011-12-30: the library never returns from a step across that day."""
    after = "2011-12-29T15:00:00Z"  # 05:00 on the 29th
    walks = ("0 0 * * *", "30 1 * * *", "0 */6 * * *", "@hourly", "@every 12h", "0 0 29-31 * *", "0 4 * * *")
    hangs = ("0 0 1 * *", "0 12 * * 6")
    return [_ask(dice, text, "Pacific/Apia", after=after) for text in (*walks, *hangs)]


@cache
def transitions(zone: str) -> tuple[datetime, ...]:
    """Return when the zone's clock changes from 2012 to 2040, to the minute, in UTC."""
    where, found = timezone.load(zone), []
    day, end = datetime(2012, 1, 2, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)
    while day < end:
        after = day + timedelta(days=1)
        if after.astimezone(where).utcoffset() != day.astimezone(where).utcoffset():
            low, high = day, after
            while high - low > timedelta(minutes=1):
                middle = low + timedelta(minutes=(high - low) // timedelta(minutes=2))
                same = middle.astimezone(where).utcoffset() == low.astimezone(where).utcoffset()
                low, high = (middle, high) if same else (low, middle)
            found.append(high)
        day = after
    return tuple(found)


def _schedule(dice: random.Random) -> str:
    """Return a schedule that is nearly always valid."""
    bounds = ((0, 59, ()), (0, 23, ()), (1, 31, ()), (1, 12, ("jan", "Mar", "OCT")), (0, 6, ("sun", "Fri", "SAT")))
    return " ".join(_field(dice, *bound) for bound in bounds)


def _field(dice: random.Random, low: int, high: int, words: tuple[str, ...]) -> str:
    if dice.random() < 0.4:
        return dice.choice(("*", "*", "*", "?"))
    return ",".join(_element(dice, low, high, words) for _ in range(dice.choice((1, 1, 1, 2, 3))))


def _element(dice: random.Random, low: int, high: int, words: tuple[str, ...]) -> str:
    first, last = sorted((dice.randint(low, high), dice.randint(low, high)))
    step = dice.randint(1, max(2, high // 2))
    shapes = ["{first}", "{first}", "{first}-{last}", "{first}-{last}/{step}", "*/{step}", "{first}/{step}", "0{first}"]
    if words and dice.random() < 0.3:
        return dice.choice(words)
    return dice.choice(shapes).format(first=first, last=last, step=step)


def _mutated(dice: random.Random) -> str:
    """Return a schedule with a few pieces inserted, deleted or changed: some are still valid."""
    text = dice.choice((_schedule(dice), _schedule(dice), dice.choice(HARD), dice.choice(ODD)))
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        at = dice.randint(0, len(text))
        gone = dice.choice((0, 0, 1, 1, 2))
        text = text[:at] + dice.choice((*VOCABULARY, "")) + text[at + gone :]
    return text
