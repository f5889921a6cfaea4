"""The seal of a year: a scalloped rosette with the year in it."""

import math
from functools import lru_cache

from markupsafe import Markup

SCALLOPS = 24
CENTRE, RADIUS = 60.0, 52.0


@lru_cache
def seal(year: int | None = None) -> Markup:
    """The seal as inline SVG, coloured by the page's style. It is decoration, hidden from readers aloud."""
    inside = (
        Markup('<text class="seal-year" x="60" y="70" text-anchor="middle">{}</text>').format(year)
        if year
        else Markup('<circle class="seal-dot" cx="60" cy="60" r="7"/>')
    )
    return Markup(
        '<svg class="seal" viewBox="0 0 120 120" width="92" height="92" aria-hidden="true" focusable="false">'
        '<path class="seal-edge" d="{}"/><circle class="seal-ring" cx="60" cy="60" r="43"/>{}</svg>'
    ).format(edge(), inside)


def edge() -> str:
    """The outline of the rosette, in a box of 120 by 120."""
    points = [_point(2 * math.pi * index / SCALLOPS) for index in range(SCALLOPS + 1)]
    bulge = f"{math.dist(points[0], points[1]) * 0.56:.1f}"
    arcs = (f"A{bulge} {bulge} 0 0 1 {x:.1f} {y:.1f}" for x, y in points[1:])
    return f"M{points[0][0]:.1f} {points[0][1]:.1f}{''.join(arcs)}Z"


def _point(angle: float) -> tuple[float, float]:
    return CENTRE + RADIUS * math.sin(angle), CENTRE - RADIUS * math.cos(angle)
