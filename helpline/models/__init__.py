"""Tickets and who works them, emergencies, the roster, and answers that are written already."""

from helpline.models.agent import Agent, Turn
from helpline.models.alert import Alert
from helpline.models.article import Article
from helpline.models.category import Category
from helpline.models.desk import CannedReply, Note, Viewing
from helpline.models.diagnostics import Diagnosis
from helpline.models.duty import Duty
from helpline.models.emergency import Emergency
from helpline.models.hours import ClosedDay, OpeningHours
from helpline.models.number import TicketNumber
from helpline.models.record import EmergencyStep, Outcome
from helpline.models.stages import Stage
from helpline.models.states import Channel, Priority, Reason, Status
from helpline.models.ticket import Ticket
from helpline.models.transition import Rating, TicketTransition
from helpline.models.vote import Vote

__all__ = [
    "Agent",
    "Alert",
    "Article",
    "CannedReply",
    "Category",
    "Channel",
    "ClosedDay",
    "Diagnosis",
    "Duty",
    "Emergency",
    "EmergencyStep",
    "Note",
    "OpeningHours",
    "Outcome",
    "Priority",
    "Rating",
    "Reason",
    "Stage",
    "Status",
    "Ticket",
    "TicketNumber",
    "TicketTransition",
    "Turn",
    "Viewing",
    "Vote",
]
