"""Which wording an apology takes: by problem and parcel state, else by the problem alone."""

from portal.domain.problems import ParcelState, Problem
from portal.letters import apology_goods as goods
from portal.letters import apology_parcels as parcels
from portal.letters.apology_wording import Wording

BY_SITUATION: dict[tuple[Problem, ParcelState], Wording] = {
    (Problem.MISSING_PACKAGE, ParcelState.NOT_SHIPPED): parcels.LATE_NOT_SHIPPED,
    (Problem.MISSING_PACKAGE, ParcelState.ON_THE_WAY): parcels.MISSING_ON_THE_WAY,
    (Problem.MISSING_PACKAGE, ParcelState.LATE): parcels.MISSING_OVERDUE,
    (Problem.MISSING_PACKAGE, ParcelState.DELIVERED): parcels.MISSING_DELIVERED,
    (Problem.MISSING_PACKAGE, ParcelState.CANCELLED): goods.OTHER_CANCELLED,
    (Problem.LATE, ParcelState.NOT_SHIPPED): parcels.LATE_NOT_SHIPPED,
    (Problem.LATE, ParcelState.ON_THE_WAY): parcels.LATE_ON_THE_WAY,
    (Problem.LATE, ParcelState.LATE): parcels.LATE_ON_THE_WAY,
    (Problem.LATE, ParcelState.DELIVERED): parcels.LATE_DELIVERED,
    (Problem.LATE, ParcelState.CANCELLED): goods.OTHER_CANCELLED,
    (Problem.CHARGED_WRONGLY, ParcelState.CANCELLED): goods.CHARGED_CANCELLED,
    (Problem.OTHER, ParcelState.CANCELLED): goods.OTHER_CANCELLED,
    (Problem.OTHER, ParcelState.NOT_SHIPPED): goods.OTHER_WAITING,
    (Problem.OTHER, ParcelState.ON_THE_WAY): goods.OTHER_WAITING,
    (Problem.OTHER, ParcelState.LATE): goods.OTHER_WAITING,
}
# The rest needs the goods in hand, so it reads the same wherever we believe the parcel to be.
BY_PROBLEM: dict[Problem, Wording] = {
    Problem.MISSING_LINE: goods.MISSING_LINE,
    Problem.DAMAGED: goods.DAMAGED,
    Problem.WRONG: goods.WRONG,
    Problem.FAULTY: goods.FAULTY,
    Problem.NOT_AS_DESCRIBED: goods.NOT_AS_DESCRIBED,
    Problem.CHARGED_WRONGLY: goods.CHARGED,
    Problem.OTHER: goods.OTHER,
}
