"""The kinds of agent: their columns, their rules, their Mesa face. Knows no other package of the product."""
