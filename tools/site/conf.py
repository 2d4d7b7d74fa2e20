"""Sphinx's settings; `python -m tools.site` writes the pages that it builds."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform

from tools.site.formulas import mathml
from tools.site.search import Bilingual

_HERE = Path(__file__).resolve().parent

project = "wengert"
author = "wengert contributors"
project_copyright = author
extensions = ["myst_parser"]
myst_enable_extensions = ["deflist", "colon_fence"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "wengert"
templates_path = [str(_HERE / "templates")]
html_static_path = [str(_HERE / "static")]
html_css_files = ["site.css"]
html_js_files = ["site.js", "ranking.js"]
html_permalinks = False
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_show_search_summary = False  # it would fetch pages, which a file may not
html_search_language = "en-ko"
html_use_index = False
html_domain_indices = False
pygments_style = "friendly"
pygments_dark_style = "github-dark"
python_maximum_signature_line_length = 88
toc_object_entries = False
python_use_unqualified_type_names = True
nitpicky = False


class LinkNames(SphinxTransform):
    """Code that is the name of something with a page becomes a link to it."""

    default_priority = 500

    def apply(self, **kwargs: Any) -> None:
        """Wrap the literals of a page."""
        pages = self.app.config.page_of_name
        here = self.env.docname
        for literal in list(self.document.findall(nodes.literal)):
            if isinstance(literal.parent, nodes.reference | addnodes.pending_xref | nodes.title):
                continue
            name = literal.astext().removesuffix("()")
            page = pages.get(name)
            if page is None and here.startswith("reference/"):
                page = pages.get(f"{here.removeprefix('reference/').rpartition('.')[0]}.{name}")
            if page is None or page == here:
                continue
            link = addnodes.pending_xref(
                "", reftype="doc", refdomain="std", refexplicit=True, reftarget=f"/{page}",
                refdoc=here, refwarn=True,
            )  # fmt: skip
            literal.replace_self(link)
            link += nodes.inline("", "", literal)


def _formula(name: str, raw: str, text: str, *_: Any, **__: Any) -> tuple[list[Any], list[Any]]:
    drawn = f'<span class="formula" title="{html.escape(text)}">{mathml(text)}</span>'
    return [nodes.raw("", drawn, format="html")], []


def _walk(
    name: str, raw: str, text: str, line: int, inliner: Any, *_: Any
) -> tuple[list[Any], list[Any]]:
    """The figure of the front page, which moves, and a link to step through it."""
    told, words = map(html.escape, text.split("|"))
    lang = "en" if text.isascii() else "ko"
    extra = Path(inliner.document.settings.env.srcdir).parent / "extra"
    frames = sorted((extra / "steps").glob(f"front.{lang}.*.svg"))
    pictures = " ".join(f"steps/{frame.name}" for frame in frames)
    drawn = (
        f'<figure class="graph moving"><img alt="{told}" src="steps/{frames[-1].name}" '
        f'data-frames="{pictures}"><figcaption>{told}. '
        f'<a href="steps/front.{lang}.html">{words}</a></figcaption></figure>'
    )
    return [nodes.raw("", drawn, format="html")], []


def setup(app: Any) -> None:
    """Register what is ours."""
    app.add_search_language(Bilingual)
    app.add_config_value("page_of_name", {}, "env")
    app.add_role("formula", _formula)
    app.add_role("walk", _walk)
    app.add_transform(LinkNames)
    app.connect("builder-inited", _read_names)
    app.connect("html-page-context", _tell_theme, priority=900)  # after the theme's own


def _read_names(app: Any) -> None:
    app.config.page_of_name = json.loads((Path(app.srcdir) / "names.json").read_text("utf-8"))


def _tell_theme(app: Any, pagename: str, template: str, context: Any, doctree: Any) -> None:
    context["language"] = "ko" if pagename.endswith(".ko") else "en"
    if pagename.startswith("reference/"):
        context["furo_hide_toc"] = True  # they are short
