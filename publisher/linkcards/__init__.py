"""What platforms will show of a link: the page's own words and picture, read beforehand and kept for the preview."""
