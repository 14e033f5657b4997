"""Previews as one HTML file that needs no network: a timeline, and every post and mail as its readers see it."""

from publisher.previewpage.board import Showing
from publisher.previewpage.linkcard import LinkCard
from publisher.previewpage.page import preview_page

__all__ = ["LinkCard", "Showing", "preview_page"]
