"""What waits at the desk of a browser test: tickets put into the server's own database."""

import json
import os
import subprocess

from launcher.environment import PYTHON, ROOT
from tests.browser.server import Server

FILL = """
import json, os
from accounts.models import User
from helpline.models import Agent, CannedReply, Category, Emergency, Ticket
about = Category.objects.get_or_create(slug="payments", defaults={"name": "Payments"})[0]
person = lambda name: User.objects.get(email=f"{name}@example.com")
for name in ("ravi", "devika"):
    Agent.objects.of(person(name)).set_available(False)  # they claim what they work
reply = {"title": "Hello", "body": "Hello {name}, this is {agent} about {number}."}
CannedReply.objects.update_or_create(shortcut="hello", defaults=reply)
numbers = []
for fields in json.loads(os.environ["TICKETS"]):
    words = {"subject": "Receipt", "body": "Where is my receipt?", "requester": "asha"} | fields
    words["requester"] = person(words["requester"])
    ticket = Ticket.objects.open(category=about, **words)
    if ticket.is_emergency:
        Emergency.objects.create(ticket=ticket, place="14 Lake View Road")
    numbers.append(ticket.number)
print("NUMBERS", json.dumps(numbers))
"""


def tickets(server: Server, *wanted: dict[str, str]) -> list[int]:
    """Opens them, one after the other; answers their numbers."""
    environment = os.environ | server.environment | {"TICKETS": json.dumps(wanted)}
    command = [str(PYTHON), "manage.py", "shell", "-v", "0", "-c", FILL]
    made = subprocess.run(
        command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    numbers: list[int] = json.loads(made.stdout.split("NUMBERS")[1])
    return numbers
