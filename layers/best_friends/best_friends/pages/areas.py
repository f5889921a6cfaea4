"""The page of a Friend's areas: a sketch, the list, and the form to ask for another."""

from dataclasses import dataclass, field
from decimal import Decimal

from best_friends.domain.friends import Area
from best_friends.domain.place import direction, distance_km
from best_friends.domain.requests import AreaForm, Field
from best_friends.pages.area_map import sketch
from best_friends.pages.requests import NO_LINK, PageOfRequests, render_asking_page
from best_friends.texts.catalogue import catalogue
from best_friends.texts.figures import figures_in
from best_friends.texts.jobs import HOME, whereabouts

__all__ = ["AreasPage", "render_areas_page"]


@dataclass(frozen=True)
class AreasPage:
    """What the page shows: the areas, home first, and the form as it was filled in."""

    page: PageOfRequests
    areas: tuple[Area, ...] = ()
    form: AreaForm = field(default_factory=AreaForm)
    faults: frozenset[Field] = frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """An area in words: its name, how far it reaches, and where it lies, seen from the first."""

    name: str
    reach: str
    where: str

    def __str__(self) -> str:
        return f"{self.name}, {self.reach}{', ' if self.where else ''}{self.where}"


def render_areas_page(shown: AreasPage) -> str:
    """The page as HTML, in the page's language."""
    known = shown.page.state not in NO_LINK
    language = shown.page.language
    areas = shown.areas if known else ()
    places = [place_of(area, areas[0], language) for area in areas]
    drawn = sketch(areas, [(one.name, one.reach) for one in places]) if areas else None
    figures = figures_in(language, "")
    return render_asking_page(
        "areas.html.j2",
        "areas",
        shown.page,
        shown.faults,
        form=shown.form,
        places=places,
        map=drawn,
        bar_label=figures.km(Decimal(drawn.bar_km)) if drawn else "",
    )


def place_of(area: Area, first: Area, language: str) -> Place:
    """An area in words."""
    words, figures = catalogue(language), figures_in(language, "")
    reach = words.say("areas.reach", km=figures.km(Decimal(f"{area.radius_km:g}")))
    where = ""
    if area is not first:
        here = (first.latitude, first.longitude, area.latitude, area.longitude)
        where = whereabouts(language, distance_km(*here), direction(*here), first.label).phrase
    return Place(name_of(area, language), reach, where)


def name_of(area: Area, language: str) -> str:
    """What an area is called: home is home in every language."""
    label = area.label.strip()
    return catalogue(language).say("areas.home") if label.lower() in HOME else label
