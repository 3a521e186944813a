"""The texts of `--set` that helm is asked about: the same ones every time."""

import random
from typing import Any

SEED = 20_261_201
ODD = (
    "", "a", "a=", "a=b", "=b", "a=b=c", "a=1", "a=0", "a=00", "a=01", "a=-1", "a=+5", "a=-0", "a=-", "a=1.5", "a=1e3",
    "a=1_000", "a=true", "a=TRUE", "a=False", "a=null", "a=Null", "a=nil", "a=~", "a= true", "a=true ", "a=fal\u017fe",
    "a=9223372036854775807", "a=9223372036854775808", "a=-9223372036854775808", "a=+0000000000000000000000000000001",
    "a=b,", "a=b,c", "a=b,c=", "a=b,c=d", "a=b,,c=d", ",a=b", "a,b=c", "a=b, c=d", " a=b", "a.b=c", "a.b", "a.=c",
    ".a=c", "a..b=c", "a.b.c=1,a.b.d=2", "a=1,a.b=2", "a.b=1,a=2", "a.", "a.b,c=1", "a\\.b=c", "a\\=b=c", "a=b\\,c",
    "a=b\\", "a\\", "a\\,b=c", "a=\\{b", "a=\\true", "a={}", "a={b}", "a={b,c}", "a={b,c", "a={b,c},d=e", "a={b,c}d=e",
    "a={b,c}x", "a={1,true,null,}", "a={b\\,c,d\\}}", "a={{b}}", "a={b}{c}", "a=b{c}", "a[0]=b", "a[1]=b", "a[0]",
    "a[]=b", "a[x]=b", "a[-1]=b", "a[+1]=b", "a[ 1]=b", "a[65536]=b", "a[65537]=b", "a[99999999999999999999]=b",
    "a[0]=b,a[1]=c", "a[1]=b,a[0]=c", "a[0]=b,a=c", "a=b,a[0]=c", "a[0].b=c", "a[0].b=c,a[0].d=e", "a[0].b=c,a[0]=d",
    "a[1].b=c,a[0].b=d", "a[0]=x,a[0].b=c", "a[0][1]=b", "a[0][1]=b,a[0][0]=c", "a[0]=b,a[0][0]=c", "a[0]b=c",
    "a[0],b=1", "a[0]=", "a[0].b=", "a[0].b", "a[0].", "a[0]={b,c}", "a[0]={b", "a[0", "a[", "[0]=b", "a.b[0]=c",
    "a.b[0].c=d", "a.b[1]=c,a.b[0]=d", "a[1].b=", "a[0]=1,a[0].b", "a[0][0]", "a[0]=null,a[0].b=c",
    "a[2]={x},a[2][0]=y",
    "image.repository=registry.example/x,image.tag=1.4", "a=x y", "a='b'", 'a="b,c"', "\u00e9.\u00fc=\u2028",
    "a[0][0][0]=1", "a=b\nc=d", "a\n=b", "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.a.b.c.d=1",
    "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.a.b.c.d.e.f=1", "a[0].b[1].c=1,a[0].b[0].c=2",
)  # fmt: skip
PIECES = (
    "a", "b", "image", "=", "=", "=", ",", ",", ".", ".", "[0]", "[1]", "[2]", "[", "]", "{", "}", "{x,y}", "\\", "\\,",
    "1", "0", "-1", "true", "null", "x", " ", "\u00e9", "[0].", "a=1,", "a.b=x", "a[0]=y,", "={}",
)  # fmt: skip


def questions() -> list[dict[str, Any]]:
    """Return all of them, in a fixed order."""
    dice = random.Random(SEED)
    noise = ["".join(dice.choice(PIECES) for _ in range(dice.randint(1, 14))) for _ in range(4000)]
    every = dict.fromkeys((*ODD, *noise))
    return [{"text": text, "strings": strings} for text in every for strings in (False, True)]
