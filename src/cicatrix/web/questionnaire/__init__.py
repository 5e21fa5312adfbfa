"""The guided form: screens of questions, and what was typed on them."""
