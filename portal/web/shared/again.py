"""What can be reported of a parcel that was sent again."""

from datetime import datetime

from portal.records.sent_again import SentAgain
from portal.records.tables.orders import OrderLine
from portal.web.shared.problem_words import problem_words
from portal.web.shared.report_forms import LineChoice, field_of


def choice_again(sent: SentAgain, line: OrderLine, order_status: str, now: datetime) -> LineChoice:
    """Give the choice for the one line that is in the parcel: as many as no later report speaks for."""
    state = sent.parcel.state(order_status, now)
    return LineChoice(
        field=field_of(line.line_number),
        line_number=line.line_number,
        most=sent.replacement.quantity,
        free=len(sent.units),
        problems=tuple((one.value, problem_words(one, state)) for one in sent.parcel.sensible(order_status, now)),
    )
