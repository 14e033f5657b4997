"""Previews as people read them: one HTML file that needs no network, and the pieces that the terminal shows, too.

`publisher.previewpage.page` makes the page. Nothing is imported here: a preview in the terminal needs neither Jinja's
nor Pillow's part of it.
"""
