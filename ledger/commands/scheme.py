"""``scheme``: the rules, in the words of their source."""

from ledger.commands.worded import Group

command = Group(
    "scheme",
    {
        "list": "scheme_list",
        "show": "scheme_show",
        "check": "scheme_check",
        "schema": "scheme_schema",
        "diff": "scheme_diff",
        "impact": "scheme_impact",
        "enact": "scheme_enact",
    },
)
