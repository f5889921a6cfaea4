"""Letters to Friends: one content, rendered as HTML and as text."""

from best_friends.domain.letter import LetterKind
from best_friends.letters.notification import NotificationView, render_notification
from best_friends.letters.render import TEMPLATE_VERSION, Letter, render
from best_friends.letters.requests import RequestView, render_request_letter
from best_friends.letters.reviews import ReviewView, render_review_letter
from best_friends.letters.view import LetterView

__all__ = [
    "TEMPLATE_VERSION",
    "Letter",
    "LetterKind",
    "LetterView",
    "NotificationView",
    "RequestView",
    "ReviewView",
    "render",
    "render_notification",
    "render_request_letter",
    "render_review_letter",
]
