"""``scheme``: the rules, in the words of their source."""

from ledger.commands.worded import Group

command = Group("scheme", {"list": "scheme_list", "show": "scheme_show", "enact": "scheme_enact"})
