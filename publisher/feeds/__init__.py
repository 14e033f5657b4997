"""The events of the file for calendar programs (iCalendar) and news readers (RSS), and the plan as a calendar.

Everything here is pure: events, an edition and instants come in, bytes go out.
"""
