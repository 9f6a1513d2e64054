"""The public surface: pages for whoever holds a card or an order, and the door of the exchange."""
