"""``propose``: what takes four eyes, for somebody else to approve."""

from ledger.commands.worded import Group

command = Group(
    "propose",
    {
        "record": "propose_record",
        "correct": "propose_correct",
        "enact": "propose_enact",
        "policy": "propose_policy",
    },
)
