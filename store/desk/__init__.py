"""What an agent does: queue, tickets, conversation, drafts, replies, search. One function for each change."""

from store.desk.desk import Desk as Desk
