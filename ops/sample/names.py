"""Names of people as one meets them in Switzerland and Germany; none of them is anybody's."""

import unicodedata
from random import Random

# By language, divided by spaces; an underscore stands for a space within a name.
_FIRST = {
    "de": (
        "Anna Luca Mia Noah Lea Jonas Laura Leon Nina Tim Sarah Jan Julia Lukas Lena Fabian Selina Nico "
        "Elif Mehmet Arben Shpresa Dragana Milan Priya Ravi Hanna Paul Ursula Beat Reto Urs Heidi Jürg "
        "Käthi Björn Sören Anke Heike Thomas Sabine Andreas Petra Yusuf Aylin Thi Minh Olena Taras Selam "
        "Yonas Fatima Ahmad Zeynep Małgorzata Piotr Ana João Regula Matthias Stefan Claudia Simon Céline"
    ),
    "fr": (
        "Léa Lucas Emma Gabriel Chloé Louis Camille Hugo Manon Arthur Zoé Jules Élodie Mathieu Aurélie "
        "Nicolas Céline Julien Amélie François Hélène Benoît Nadia Karim Awa Mamadou Inès Bruno Teresa "
        "Paulo Sofia Yves Noémie Loïc Mélanie Thibault Samira Rachid Bintou Didier"
    ),
    "it": (
        "Giulia Matteo Sofia Lorenzo Chiara Alessandro Martina Davide Elena Simone Francesca Andrea Marta "
        "Luca Paola Giorgio Nicolò Ilaria Stefano Mirko Jasmina Besnik Tânia Rui Noè Federica"
    ),
    "en": "Emily James Olivia Oliver Grace Daniel Aisha Kwame Siobhán Liam Priyanka Arjun Wei Mei",
}
_LAST = {
    "de": (
        "Müller Meier Schmid Keller Weber Huber Schneider Steiner Fischer Gerber Brunner Baumann Frei Moser "
        "Zimmermann Widmer Wyss Graf Roth Bachmann Hofmann Schäfer Koch Becker Wagner Schulz Hoffmann Lange "
        "Krüger Köhler Yılmaz Demir Krasniqi Gashi Jovanović Petrović Sivakumar Nguyen Kowalski Nowak "
        "Shevchenko Tesfaye Haddad Hosseini Silva Pereira Bühler Rüegg Zbinden Aebischer von_Gunten Öztürk"
    ),
    "fr": (
        "Favre Rochat Bonvin Perret Girard Dubois Blanc Jaquet Monnier Chappuis Rey Berger Fournier Pittet "
        "Bovet Genoud Da_Costa Ferreira Diallo Traoré Benali Haddad Mottet Cuénod Crettenand Délèze"
    ),
    "it": (
        "Bernasconi Fontana Bianchi Rossi Ferrari Crivelli Galli Pedrazzini Rezzonico Conti Lombardi Caratti "
        "Marković Berisha Fernandes Guidotti Cattaneo Poretti"
    ),
    "en": "Smith Taylor Walker Clarke O'Brien Murphy Mensah Patel Sharma Chen Okafor Campbell",
}
# Letters that do not come apart into an ASCII letter and an accent.
_ASCII = str.maketrans({"ß": "ss", "ł": "l", "ı": "i", "ø": "o", "đ": "d"})


def draw_name(random: Random, language: str) -> tuple[str, str]:
    """A first name and a surname."""
    return random.choice(_FIRST[language].split()), random.choice(_LAST[language].split()).replace("_", " ")


def folded(name: str) -> str:
    """The name as a mail address has it: lower-case ASCII letters."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(_ASCII))
    return "".join(letter for letter in plain if letter.isascii() and letter.isalpha())
