"""What Casa Aurora sells, who makes it, and what it costs in the currencies that it takes."""

from dataclasses import dataclass

from portal.domain.money import Money


@dataclass(frozen=True, slots=True)
class Vendor:
    """Who makes and sends it, and the region from which it is sent."""

    name: str
    region: str


OLARIA = Vendor("Olaria Serra Azul", "MG")
MARCENARIA = Vendor("Marcenaria Jacarandá", "SP")
TECELAGEM = Vendor("Tecelagem Três Rios", "SC")
COBRE = Vendor("Cobre do Vale", "RS")
HORTA = Vendor("Horta & Pote", "PR")
LUZ = Vendor("Luz de Vidro", "SP")


@dataclass(frozen=True, slots=True)
class Product:
    """One thing on sale. price: centavos of a real. freight: the same, for sending one of it."""

    sku: str
    portuguese: str
    english: str
    category: str
    vendor: Vendor
    price: int
    freight: int

    def title(self, locale: str) -> str:
        """Name it in the language of an order."""
        return self.portuguese if locale.startswith("pt") else self.english


_ROWS = (
    ("TIG-24", "Tigela de cerâmica azul, 24 cm", "Blue stoneware bowl, 24 cm", "tableware", OLARIA, 12990, 2450),
    ("CAN-06", "Conjunto de 6 canecas de barro", "Set of 6 clay mugs", "tableware", OLARIA, 18900, 2890),
    ("PRA-27", "Prato raso esmaltado, 27 cm", "Glazed dinner plate, 27 cm", "tableware", OLARIA, 5490, 1890),
    ("BUL-12", "Bule de chá com infusor, 1,2 L", "Teapot with infuser, 1.2 l", "tableware", OLARIA, 15900, 2290),
    ("VAS-35", "Vaso de terracota, 35 cm", "Terracotta planter, 35 cm", "garden", OLARIA, 9990, 4190),
    (
        "TAB-40",
        "Tábua de corte de jacarandá, 40 cm",
        "Rosewood cutting board, 40 cm",
        "kitchen",
        MARCENARIA,
        14900,
        1990,
    ),
    ("COL-05", "Jogo de 5 colheres de pau", "Five wooden spoons", "kitchen", MARCENARIA, 6990, 1390),
    ("BAN-45", "Banqueta de cozinha, 45 cm", "Kitchen stool, 45 cm", "furniture", MARCENARIA, 42900, 8990),
    ("EST-90", "Estante de parede, 90 cm", "Wall shelf, 90 cm", "furniture", MARCENARIA, 34900, 7490),
    (
        "MES-18",
        "Mesa de jantar de peroba, 1,80 m",
        "Peroba dining table, 1.80 m",
        "furniture",
        MARCENARIA,
        489000,
        38900,
    ),
    ("TOA-02", "Par de toalhas de banho de algodão", "Two cotton bath towels", "textiles", TECELAGEM, 15990, 1890),
    ("LEN-QN", "Jogo de lençóis de linho, queen", "Linen bed set, queen", "textiles", TECELAGEM, 67900, 2990),
    ("GUA-04", "Quatro guardanapos de linho", "Four linen napkins", "textiles", TECELAGEM, 8900, 1290),
    ("MAN-13", "Manta de tricô, 130 × 170 cm", "Knitted throw, 130 × 170 cm", "textiles", TECELAGEM, 27900, 2590),
    ("AVE-01", "Avental de brim com bolsos", "Denim apron with pockets", "textiles", TECELAGEM, 9900, 1390),
    ("PAN-28", "Frigideira de cobre, 28 cm", "Copper frying pan, 28 cm", "kitchen", COBRE, 38900, 2990),
    ("TAC-05", "Tacho de cobre para doces, 5 L", "Copper jam pan, 5 l", "kitchen", COBRE, 54900, 3890),
    ("MOK-06", "Cafeteira italiana, 6 xícaras", "Moka pot, 6 cups", "kitchen", COBRE, 17900, 1990),
    ("ESP-01", "Máquina de espresso de alavanca", "Lever espresso machine", "kitchen", COBRE, 389000, 9900),
    ("REG-02", "Regador galvanizado, 2 L", "Galvanised watering can, 2 l", "garden", HORTA, 11900, 2490),
    ("KIT-HV", "Kit de horta vertical com 6 potes", "Herb wall with 6 pots", "garden", HORTA, 19900, 3590),
    ("SEM-12", "Doze envelopes de sementes de temperos", "Twelve packets of herb seeds", "garden", HORTA, 4990, 990),
    ("TES-PO", "Tesoura de poda com lâmina de aço", "Pruning shears with steel blade", "garden", HORTA, 13900, 1690),
    ("LUM-PE", "Luminária pendente de vidro soprado", "Blown-glass pendant lamp", "lighting", LUZ, 45900, 4990),
    ("TAC-04", "Quatro taças de vinho sopradas à mão", "Four hand-blown wine glasses", "tableware", LUZ, 22900, 3290),
    ("COP-06", "Seis copos de vidro reciclado", "Six recycled-glass tumblers", "tableware", LUZ, 9990, 2690),
    ("JAR-20", "Jarra de vidro âmbar, 2 L", "Amber glass jug, 2 l", "tableware", LUZ, 12900, 2490),
    ("VEL-03", "Três velas de cera de abelha", "Three beeswax candles", "lighting", LUZ, 7900, 1190),
)
PRODUCTS = {row[0]: Product(*row) for row in _ROWS}
# What a centavo buys, in thousandths of a minor unit of each currency; prices are then rounded to look like prices.
_RATES = {"BRL": 1000, "USD": 200, "EUR": 180, "GBP": 155, "JPY": 300, "KWD": 610}
_STEPS = {"BRL": 1, "USD": 50, "EUR": 50, "GBP": 50, "JPY": 10, "KWD": 50}


def price_in(centavos: int, currency: str) -> Money:
    """Give a price in another currency, rounded up to the steps in which it is priced there."""
    step = _STEPS[currency]
    return Money(-(-centavos * _RATES[currency] // (1000 * step)) * step, currency)


def cost_of(product: Product, currency: str) -> Money:
    """Tell what the product costs the shop itself: about half, with the digits that the currency has."""
    return Money(price_in(product.price, currency).minor * 52 // 100, currency)
