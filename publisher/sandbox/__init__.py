"""Stand-ins for X API v2, the Graph API and a mail server on loopback, as strict as the real ones.

The demo, rehearsals and tests post to them; people look at the result at `Sandbox.http_url`. Nothing leaves the
machine.
"""

from publisher.sandbox.faults import Fault
from publisher.sandbox.sandbox import Sandbox
from publisher.sandbox.world import Mail, Posted, PostedMedia, Received

__all__ = ["Fault", "Mail", "Posted", "PostedMedia", "Received", "Sandbox"]
