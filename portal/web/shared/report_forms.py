"""The form of a report: a sub-form for each line, words, and the key that makes a double tap one claim."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markupsafe import Markup
from wtforms import BooleanField, FormField, HiddenField, RadioField
from wtforms import Form as PlainForm
from wtforms.fields import Field
from wtforms.validators import Regexp
from wtforms.widgets import TextInput

from portal.domain.problems import Problem
from portal.domain.refs import new_secret
from portal.services.report_problem import Report, ReportedLine
from portal.web.shared.forms import Form, own_words
from portal.web.shared.language import gettext, ngettext
from portal.web.shared.language import lazy_gettext as _

_Validators = Mapping[str, Sequence[Any]] | None
_WHOLE = re.compile(r"[0-9]{1,6}")
_RADIO = Markup('<input %sid="%s" name="%s" type="radio" value="%s">')
_CHOSEN = re.compile(r"line_([1-9][0-9]{0,5})-chosen")
_MOST_TICKED, _MOST_UNITS = 20, 999_999
_EVERY_PROBLEM = tuple((problem.value, "") for problem in Problem)
_ONCE = r"[A-Za-z0-9_-]{16,64}\Z"


@dataclass(frozen=True, slots=True)
class LineChoice:
    """What can be said of one line. field: its name in the form; most: how many of it were bought; free: unclaimed."""

    field: str
    line_number: int
    most: int
    free: int
    problems: tuple[tuple[str, str], ...]


def field_of(line_number: int) -> str:
    """Name a line in the form."""
    return f"line_{line_number}"


class WholeNumber(Field):
    """A whole number as people type it: digits only, so that 1e2, 1_0, 1.5 and -1 are no numbers here."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the digits; anything else is no number."""
        typed = valuelist[0].strip() if valuelist else ""
        self.data = int(typed) if _WHOLE.fullmatch(typed) else None

    def _value(self) -> str:
        typed = self.raw_data[0] if self.raw_data else self.data
        return "" if typed is None else str(typed)


@dataclass(frozen=True, slots=True)
class _Label:
    text: str


@dataclass(frozen=True, slots=True)
class _OneOf:
    """One of several choices, as a page shows it."""

    id: str
    name: str
    value: str
    label: _Label
    checked: bool

    def __html__(self) -> Markup:
        """Write the button as WTForms does."""
        checked = Markup("checked ") if self.checked else ""
        return _RADIO % (checked, self.id, self.name, self.value)


class ProblemField(RadioField):
    """What happened. WTForms makes a whole field of each choice, which costs more than the rest of the page."""

    def __iter__(self) -> Iterator[_OneOf]:
        for number, (value, words) in enumerate(self.choices or ()):
            yield _OneOf(f"{self.id}-{number}", self.name, value, _Label(words), value == self.data)


class LineForm(PlainForm):
    """One line: whether it is meant, how many of it, and what happened. A line that is not meant has no errors."""

    chosen = BooleanField()
    quantity = WholeNumber(default=1)
    problem = ProblemField(_("What happened?"), validate_choice=False)
    most = 1

    def validate(self, extra_validators: _Validators = None) -> bool:
        """Check a line that is meant; leave every other alone."""
        self.quantity.errors, self.problem.errors = [], []
        if not self.chosen.data:
            return True
        if self.quantity.data is None or not 0 < self.quantity.data <= self.most:
            told = ngettext("It can be %(num)s.", "It can be 1 to %(num)s.", self.most)
            self.quantity.errors = [told]
        if self.problem.data not in {value for value, _label in self.problem.choices or ()}:
            self.problem.errors = [gettext("Please choose what happened.")]
        return not (self.quantity.errors or self.problem.errors)


class ReportForm(Form):
    """What every report says beside its lines. Built for an order by ``report_form``."""

    lines: tuple[LineChoice, ...] = ()
    words = own_words(_("In your own words"))
    once = HiddenField(validators=[Regexp(_ONCE)], default=new_secret)

    def validate(self, extra_validators: _Validators = None) -> bool:
        """Check each field, then that something is chosen and that "something else" is told in words."""
        held = super().validate(extra_validators)
        chosen = self.chosen()
        if not chosen:
            self.form_errors.append(gettext("Please tick what it is about."))
        elif not self.words.data and any(one.form.problem.data == Problem.OTHER for _line, one in chosen):
            self.words.errors = [gettext("Please tell us in a few words what happened.")]
        return held and bool(chosen) and not self.words.errors

    def chosen(self) -> list[tuple[LineChoice, Any]]:
        """Give the lines that are meant, each with its sub-form."""
        return [(line, self[line.field]) for line in self.lines if self[line.field].form.chosen.data]

    def command(self, order_number: str, locale: str, *, again: str = "", device: str | None = None) -> Report:
        """Give what was reported. The key follows from the page and from what it said, so nothing told is ever lost.

        again: the ref of the parcel that was sent again which it is about. device: the id of the browser of a customer.
        """
        lines = tuple(
            ReportedLine(line.line_number, one.form.quantity.data, Problem(one.form.problem.data))
            for line, one in self.chosen()
        )
        words = self.words.data or ""
        said = repr((self.key(), [(one.line_number, one.quantity, one.problem.value) for one in lines], words))
        digest = hashlib.sha256(said.encode()).hexdigest()[:48]
        return Report(order_number, digest, lines, words, locale, again=again, device=device)

    def key(self) -> str:
        """Give the key of the page."""
        return str(self.once.data)


class CorrectionForm(ReportForm):
    """A report told another way; the version that was seen is its key."""

    once = None
    version = HiddenField(validators=[Regexp(r"[0-9]{1,9}\Z")])

    def key(self) -> str:
        """Give the key of the page."""
        return f"correction {self.version.data}"


def report_form(kind: type[ReportForm], lines: Sequence[LineChoice], **given: object) -> ReportForm:
    """Build the form for an order's lines. given: formdata and data, as every form of ours takes them."""
    form: ReportForm = _form_with(kind, tuple(line.field for line in lines))(**given)
    form.lines = tuple(lines)
    for line in lines:
        sub = form[line.field].form
        sub.most, sub.problem.choices = line.most, list(line.problems)
    return form


def form_as_sent(fields: Iterable[str]) -> ReportForm | None:
    """Build the form of what was sent before its order is known: with the lines that are meant, of any problem.

    fields: the names of what was sent. None where nothing is meant, or more than anybody ticks.
    """
    numbers = sorted(int(found[1]) for name in fields if (found := _CHOSEN.fullmatch(name)))
    if not 0 < len(numbers) <= _MOST_TICKED:
        return None
    lines = [LineChoice(field_of(number), number, _MOST_UNITS, _MOST_UNITS, _EVERY_PROBLEM) for number in numbers]
    return report_form(ReportForm, lines)


def _form_class(kind: type[ReportForm], names: tuple[str, ...]) -> type[ReportForm]:
    """Make the class of form for lines of these names, once; most orders have the same few."""
    return type(kind.__name__, (kind,), {name: FormField(LineForm) for name in names})


_form_with: Any = lru_cache(maxsize=64)(_form_class)
