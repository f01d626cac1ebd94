"""The orders that show something: one for everything that can go wrong, and what each shows."""

from portal.sandbox.sample.drafting import Draft, Item, Paid, Parcel, by_card, by_nobody
from portal.sandbox.sample.people import (
    ALICE,
    CECILIA,
    EMOJI,
    GRACE,
    HELENA,
    IARA,
    JOAO,
    LONG,
    MARCUS,
    NO_STREET,
    NOUR,
    OTAVIO,
    RAFAEL,
    SHORT,
    SIOBHAN,
    TIAGO,
    YUKI,
    neighbour,
)

_LOST = Parcel(handed=2, promised=12, delivered=None)
_LATE_NOT_THERE = Parcel(handed=2, promised=9, delivered=None)
_MOVING = Parcel(handed=1, promised=9, delivered=None, service="expresso")
_UNPACKED = Parcel(handed=None, promised=14, delivered=None)
_CANCELLED = Parcel(handed=None, promised=10, delivered=None)
_SOON = Parcel(handed=None, promised=10, delivered=None)


def _vouchers(count: int, each: int) -> tuple[Paid, ...]:
    return tuple(Paid("voucher", each) for _ in range(count))


def _card(amount: int, last4: str = "4242", brand: str = "visa", installments: int = 1) -> Paid:
    return Paid("card", amount, installments, brand, last4)


# What the guide and the README say of each is in guide.py, by the order's number.
PARCELS = (
    Draft("AURORA-1001", HELENA, 26, (Item("TIG-24"), Item("GUA-04", 2)), (_LOST,), "shipped"),
    Draft("AURORA-1002", RAFAEL, 24, (Item("LUM-PE"),), (Parcel(handed=3, promised=10, delivered=18),)),
    Draft("AURORA-1003", CECILIA, 13, (Item("MAN-13"),), (_LATE_NOT_THERE,), "shipped"),
    Draft("AURORA-1004", TIAGO, 5, (Item("MOK-06"), Item("CAN-06")), (_MOVING,), "shipped"),
    Draft("AURORA-1005", OTAVIO, 15, (Item("PAN-28"),), (Parcel(delivered=7, signed_by="Vizinha do 302"),)),
    Draft("AURORA-1006", IARA, 18, (Item("TOA-02", 2),), (Parcel(delivered=9, left_at="Atrás do portão"),)),
    Draft("AURORA-1007", HELENA, 12, (Item("TAC-04"), Item("JAR-20")), (Parcel(delivered=8),)),
    Draft("AURORA-1008", RAFAEL, 31, (Item("EST-90"),), (_UNPACKED,), "processing"),
    Draft("AURORA-1009", CECILIA, 20, (Item("KIT-HV"),), (_CANCELLED,), "canceled"),
    Draft("AURORA-1010", TIAGO, 22, (Item("VAS-35"),), (_CANCELLED,), "canceled", by_nobody()),
    Draft(
        "AURORA-1011",
        HELENA,
        21,
        (Item("TIG-24"), Item("LEN-QN", 1, 1), Item("SEM-12", 3, 2), Item("REG-02", 1, 2)),
        (Parcel(), _LOST, Parcel(delivered=9, carrier="Correio Azul")),
        "shipped",
        by_card("mastercard", "4444", 3),
    ),
)
AMOUNTS = (
    Draft("AURORA-1012", OTAVIO, 16, (Item("PRA-27", 6), Item("GUA-04", 4), Item("COP-06", 2)), (Parcel(),)),
    Draft("AURORA-1013", IARA, 17, (Item("AVE-01"), Item("AVE-01"), Item("AVE-01", 2)), (Parcel(),)),
    Draft(
        "AURORA-1014",
        RAFAEL,
        19,
        (Item("TAC-05"),),
        pay=lambda due: (_card(due - 15_000, "4444", "mastercard"), *_vouchers(2, 7_500)),
    ),
    Draft(
        "AURORA-1015",
        CECILIA,
        14,
        (Item("LEN-QN"),),
        pay=lambda due: (_card(due // 2), _card(due - due // 2, "0005", "amex", 2)),
    ),
    Draft("AURORA-1016", TIAGO, 18, (Item("BAN-45"),), pay=lambda due: (_card(due - 8 * 4_000), *_vouchers(8, 4_000))),
    Draft("AURORA-1017", IARA, 23, (Item("KIT-HV"),), (_LOST,), "shipped", lambda due: (Paid("boleto", due),)),
    Draft("AURORA-1018", OTAVIO, 13, (Item("VEL-03", 2),), pay=lambda due: (Paid("voucher", due),)),
    Draft("AURORA-1019", HELENA, 34, (Item("COL-05", 3),), pay=lambda due: (_card(due + 1),)),
    Draft("AURORA-1020", RAFAEL, 28, (Item("ESP-01"),), pay=lambda due: (_card(due * 108 // 100, installments=10),)),
    Draft(
        "AURORA-1021", GRACE, 15, (Item("TAC-04", 2, discount=500, tax=685, shipping_tax=93), Item("VEL-03", tax=132))
    ),
    Draft("AURORA-1022", CECILIA, 30, (Item("MES-18"),), (Parcel(handed=4, promised=20, delivered=16),)),
    Draft("AURORA-1023", TIAGO, 12, (Item("TES-PO"),), pay=lambda due: (_card(due), _card(due))),
)
PEOPLE = (
    Draft("AURORA-1024", LONG, 16, (Item("BUL-12"), Item("CAN-06")), (_LOST,), "shipped"),
    Draft("AURORA-1025", EMOJI, 11, (Item("VAS-35"), Item("SEM-12", 5)), (Parcel(delivered=7, left_at="Portaria"),)),
    Draft("AURORA-1026", NO_STREET, 27, (Item("REG-02"),), (_LOST,), "shipped"),
    Draft("AURORA-1027", YUKI, 19, (Item("BUL-12"), Item("PRA-27", 2)), (Parcel(carrier="Swift Hare", service="air"),)),
    Draft("AURORA-1028", NOUR, 17, (Item("MOK-06"),), (Parcel(carrier="Swift Hare", service="air"),)),
    Draft("AURORA-1029", ALICE, 24, (Item("MAN-13"), Item("TOA-02")), (_LOST,), "shipped", by_card("visa", "1881")),
    Draft(
        "AURORA-1030",
        SIOBHAN,
        15,
        (Item("LUM-PE"),),
        (Parcel(delivered=9, carrier="Northwind Post", service="tracked"),),
    ),
    Draft(
        "AURORA-1031", MARCUS, 9, (Item("PAN-28"), Item("TAB-40")), (_MOVING,), "shipped", by_card("discover", "1117")
    ),
    Draft("AURORA-1032", JOAO, 21, (Item("JAR-20", 2),), (Parcel(signed_by="Porteiro"),)),
    Draft("AURORA-1033", SHORT, 10, (Item("COP-06"),)),
)
STAGES = (
    Draft("AURORA-1034", HELENA, 1, (Item("SEM-12", 2), Item("TES-PO")), (_SOON,), "processing"),
    Draft("AURORA-1035", OTAVIO, 2, (Item("TAB-40"),), (_SOON,), "created", lambda due: (Paid("boleto", due),)),
    Draft("AURORA-1036", IARA, 4, (Item("CAN-06"),), (_SOON,), "invoiced"),
    Draft("AURORA-1037", CECILIA, 40, (Item("TAC-05"),), (_CANCELLED,), "unavailable"),
    Draft("AURORA-1038", HELENA, 118, (Item("BAN-45"),), (Parcel(delivered=9),)),
    Draft("AURORA-1039", RAFAEL, 75, (Item("MAN-13"),), (Parcel(handed=1, promised=None, delivered=None),), "shipped"),
    Draft("AURORA-1040", GRACE, 6, (Item("AVE-01"),), (Parcel(promised=8, delivered=4, left_at="Front porch"),)),
    Draft("AURORA-1041", MARCUS, 33, (Item("LEN-QN"),), (_UNPACKED,), "processing", by_card("visa", "1881")),
    Draft("AURORA-1042", neighbour(3), 29, (Item("TIG-24", 2), Item("VAS-35", 1, 1)), (Parcel(), _LOST), "shipped"),
)
SITUATIONS = (*PARCELS, *AMOUNTS, *PEOPLE, *STAGES)
