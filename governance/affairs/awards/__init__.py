"""From what is seen to a booked award (记分): recording, checking, reminding, taking back."""
