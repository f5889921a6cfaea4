"""The page behind a notification's link, from the request to what the page says."""

from collections.abc import Sequence
from dataclasses import dataclass

from best_friends.application.accept_job import AcceptOffer, Offer
from best_friends.application.links import ExpiredLink, UnknownLink
from best_friends.domain.offer import Standing, place_of
from best_friends.domain.place import direction
from best_friends.pages.offer import OfferPage, OfferState
from best_friends.texts.languages import best_language

BUTTON = "accept"
STATES = {
    Standing.OPEN: OfferState.OPEN,
    Standing.YOURS: OfferState.ACCEPTED,
    Standing.TAKEN: OfferState.TAKEN,
    Standing.OVER: OfferState.OVER,
}


@dataclass(frozen=True, slots=True)
class ShowOfferPage:
    """Show an offer, and take the job when the button was pressed."""

    accept: AcceptOffer

    def __call__(
        self, job_id: str, token: str, pressed: Sequence[str], language: str
    ) -> tuple[OfferPage, Offer | None]:
        """The page, and the offer behind the link if there is one.

        `pressed` is what was posted as the answer; whatever a scanner may post besides the button's
        value takes nothing. `language` is for those whom the link does not tell.
        """
        try:
            take = list(pressed) == [BUTTON]
            offer = self.accept(job_id, token) if take else self.accept.look(job_id, token)
        except UnknownLink:
            return OfferPage(OfferState.UNKNOWN_LINK, language), None
        except ExpiredLink:
            return OfferPage(OfferState.EXPIRED_LINK, language), None
        return page_of(offer, token), offer


def page_of(offer: Offer, token: str) -> OfferPage:
    """The page, in the Friend's own language."""
    area, distance = offer.near or (None, None)
    place = place_of(offer.job)
    return OfferPage(
        state=STATES[offer.standing],
        language=best_language(offer.friend.language, offer.languages),
        name=offer.friend.display_name,
        skill=offer.job.skill,
        distance_km=distance,
        direction=direction(area.latitude, area.longitude, *place) if area and place else None,
        area=area.label if area else "",
        job_id=offer.job.job_id,
        token=token,
    )
