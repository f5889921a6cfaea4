"""Every sentence that a Friend reads, once per language, and figures in the reader's own form."""

from best_friends.texts.catalogue import Catalogue, MissingTextError, catalogue
from best_friends.texts.figures import Figures, figures_in
from best_friends.texts.languages import best_language, language_from_accept

__all__ = [
    "Catalogue",
    "Figures",
    "MissingTextError",
    "best_language",
    "catalogue",
    "figures_in",
    "language_from_accept",
]
