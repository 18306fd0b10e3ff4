"""The helpline: tickets, emergencies, the desk."""
