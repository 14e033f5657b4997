"""The months as people write them in Polish, English, Finnish, German, Spanish, Catalan and French."""

from __future__ import annotations

_NAMES = (
    "styczeń stycznia january jan tammikuu tammikuuta januar jänner enero gener janvier",
    "luty lutego february feb helmikuu helmikuuta februar febrero febrer février fevrier",
    "marzec marca march mar maaliskuu maaliskuuta märz maerz marzo març mars",
    "kwiecień kwietnia april apr huhtikuu huhtikuuta abril avril",
    "maj maja may toukokuu toukokuuta mai mayo maig",
    "czerwiec czerwca june jun kesäkuu kesäkuuta juni junio juny juin",
    "lipiec lipca july jul heinäkuu heinäkuuta juli julio juliol juillet",
    "sierpień sierpnia august aug elokuu elokuuta agosto agost août aout",
    "wrzesień września september sep sept syyskuu syyskuuta septiembre setembre septembre",
    "październik października october oct lokakuu lokakuuta oktober okt octubre octobre",
    "listopad listopada november nov marraskuu marraskuuta noviembre novembre",
    "grudzień grudnia december dec joulukuu joulukuuta dezember dez diciembre desembre décembre decembre",
)

MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
"""Small letters; forms as they stand in a date."""
