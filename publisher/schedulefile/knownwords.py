"""Words that hashtags of regions and European projects are made of, so that their parts can be told apart."""

from __future__ import annotations

_ENGLISH = """
access accessible action agenda air art baltic big bike biodiversity blue business centre change cities citizen
citizens city clean climate cohesion community conference cooperates cooperation culture cyber data day days debate
deal democracy design digital digitalisation disability diversity eco economy education empower energy equality erasmus
euro europe european event events expo family festival final find food for forest forum free friday future girls go
good goes green health heritage hub idea impact inclusion inform info innovation innovative inspire interreg invest
job jobs join kick know lab language learn learning library life live local love made make market media meet meeting
mobility modern monday museum music my nature net network new news next night now of off office online open our
partner partners party people plan platform policy power practice press programme project public region regional
regions register research road robotics rural safe save school science sea sector security services share skills
smart social software solar solidarity sport stakeholder start startup strategy street student students summer
sunday support sustainable talk tech technology the theatre today together tomorrow tour tourism town training
transport travel tuesday union university urban use vision visit voice volunteer water web webinar week weekend winter
with women work workshop world year years young your youth zero
"""
_POLISH = """
białystok biblioteka cyfrowa cyfrowe cyfryzacja czwartek dane debata dla dni dobre dostępne dostępność dzień europa
europejska europejskie europejski europy eusługi festiwal forum fundusze gmina gminy innowacje kino kobiety koncert
konferencja konkurs kultura kultury lato miasto młodzi młodzież muzeum natura nauka nauki nowe nowy noc obywatel
otwarta otwarte otwarty podlaska podlaskie podlaski polska polskie powiat praca praktyki program projekt przyroda
region regionalne regiony rok rodzina rozwój samorząd senior spotkanie sport szkolenie szkoła śniadanie targi teatr
tydzień unia unijne urząd warsztaty webinar wieś województwo wschodnia zdrowie zielona zielone zima zmiany
"""
_OTHERS = """
avoin data datos dades digitale digital digitaal días dies environnement europa europäische europeo europeenne
euroopan euroopa europe formación formation innovación innovació innovation journée journees jornada jornades kestävä
konferenz kultur kulttuuri land medio nacht natur norte numérique offene ouverte päivä päivät projekt projet proyecto
projecte región région regió regional regionen seutu stadt tag tage taller túristica unión unió union verano ville
viikko woche zukunft
"""

KNOWN_WORDS = frozenset(f"{_ENGLISH} {_POLISH} {_OTHERS}".split())
"""In small letters."""
