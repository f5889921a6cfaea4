"""What is so for every page that people see."""

from bs4 import BeautifulSoup


def stands_alone(html: str, language: str) -> BeautifulSoup:
    """Check that a page needs nothing from elsewhere, names itself, and has no gap; return it parsed."""
    soup = BeautifulSoup(html, "html.parser")
    assert soup.html and soup.html["lang"] == language
    assert len(soup.find_all("h1")) == len(soup.find_all("main")) == 1
    assert soup.find("meta", attrs={"name": "robots", "content": "noindex"})
    assert "http" not in html and "<script" not in html and "url(" not in html
    assert not soup.find_all(style=True) and not soup.find_all(src=True)
    shown = soup.get_text(" ").replace(soup.style.get_text() if soup.style else "", "")
    assert "{" not in shown and "}" not in shown and "None" not in shown and "ß" not in shown
    ids = [str(tag["id"]) for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))
    for attribute in ("aria-labelledby", "aria-describedby", "for"):
        named = " ".join(str(tag[attribute]) for tag in soup.find_all(attrs={attribute: True})).split()
        assert set(named) <= set(ids)
    return soup
