"""Who buys at Casa Aurora. Every name is invented, every mailbox is at example.com."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Market:
    """Where an order goes: its language, currency, zone and country. zone: hours east of UTC."""

    locale: str
    currency: str
    zone: int
    country: str


BRAZIL = Market("pt-BR", "BRL", -3, "BR")
AMERICA = Market("en", "USD", -5, "US")
BRITAIN = Market("en", "GBP", 1, "GB")
IRELAND = Market("en", "EUR", 1, "IE")
PORTUGAL = Market("pt-PT", "EUR", 1, "PT")
JAPAN = Market("en", "JPY", 9, "JP")
KUWAIT = Market("en", "KWD", 3, "KW")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an address. line1 may be empty: some shops never asked for the street."""

    name: str
    mailbox: str
    market: Market
    line1: str
    city: str
    region: str
    postcode: str


def _brazilian(name: str, mailbox: str, line1: str, city: str, region: str, postcode: str) -> Person:
    return Person(name, f"{mailbox}@example.com", BRAZIL, line1, city, region, postcode)


HELENA = _brazilian("Helena Prado", "helena.prado", "Rua das Acácias 118, ap. 302", "São Paulo", "SP", "05432-010")
RAFAEL = _brazilian("Rafael Monteiro", "rafael.monteiro", "Rua do Ouvidor 77", "Rio de Janeiro", "RJ", "20040-030")
IARA = _brazilian("Iara Tupinambá", "iara", "Travessa Mauriti 2100", "Belém", "PA", "66087-680")
OTAVIO = _brazilian("Otávio Brandão", "otavio.brandao", "Rua XV de Novembro 990", "Curitiba", "PR", "80020-310")
CECILIA = _brazilian("Cecília Nóbrega", "cecilia.nobrega", "Rua da Aurora 455", "Recife", "PE", "50050-000")
TIAGO = _brazilian("Tiago Quadros", "tiago.quadros", "Avenida Ipiranga 6690", "Porto Alegre", "RS", "90610-000")
LONG = _brazilian(
    "Maria Antonieta do Perpétuo Socorro de Albuquerque Vasconcelos e Figueiredo Cavalcanti de Holanda Bragança",
    "maria.antonieta.do.perpetuo.socorro",
    "Rua Desembargador Francisco de Assis Cintra Gordinho 1450, bloco C, apartamento 1204, fundos",
    "Vila Bela da Santíssima Trindade",
    "MT",
    "78245-000",
)
EMOJI = _brazilian("Júlia 🌻 Sant’Anna", "julia.girassol", "Rua das Flores 9", "Florianópolis", "SC", "88010-100")
SHORT = _brazilian("Ó", "o", "Rua 1", "Goiânia", "GO", "74000-000")
NO_STREET = _brazilian("Davi Assunção", "davi.assuncao", "", "Manaus", "AM", "69005-010")
GRACE = Person("Grace Okafor", "grace.okafor@example.com", AMERICA, "418 Linden Street", "Portland", "OR", "97205")
MARCUS = Person(
    "Marcus Bell", "marcus.bell@example.com", AMERICA, "77 Harbor View Road, Apt 4", "Boston", "MA", "02110"
)
ALICE = Person(
    "Alice Penhaligon", "alice.penhaligon@example.com", BRITAIN, "3 Fore Street", "Truro", "Cornwall", "TR1 2PS"
)
SIOBHAN = Person("Siobhán Ní Bhriain", "siobhan@example.com", IRELAND, "12 Quay Street", "Galway", "G", "H91 XY12")
JOAO = Person("João Lencastre", "joao.lencastre@example.com", PORTUGAL, "Rua do Almada 210", "Porto", "13", "4050-032")
YUKI = Person("山田 雪", "yuki.yamada@example.com", JAPAN, "2-14-5 Jingumae", "Tokyo", "13", "150-0001")
NOUR = Person(
    "نور الصباح", "nour.alsabah@example.com", KUWAIT, "Block 4, Street 12, House 7", "Kuwait City", "KU", "13001"
)

_FIRST = (
    "Ana Beatriz Bruno Camila Caetano Débora Diego Elisa Enzo Fernanda Gael Gustavo Isadora João Larissa Lívia Lorenzo "
    "Luana Mateus Mirela Nícolas Olívia Pedro Quitéria Renato Rosângela Samuel Sônia Tainá "
    "Ulisses Valentina Vicente Yasmin Zeca"
).split()
_LAST = (
    "Abreu Amaral Antunes Barros Bastos Camargo Cardoso Coutinho Dantas Esteves Falcão Freitas Galvão Guerra Leite "
    "Lobato Macedo Magalhães Meireles Nogueira Pacheco Paiva Peixoto Queiroz Rangel Sampaio Siqueira Tavares "
    "Teles Valadares Xavier"
).split()
_STREETS = "Acácias,Bandeirantes,Cravos,Ipês,Jasmins,Laranjeiras,Mangueiras,Oliveiras,Palmeiras,Quaresmeiras".split(",")
_CITIES = (
    ("São Paulo", "SP", "01310-100"),
    ("Campinas", "SP", "13010-060"),
    ("Rio de Janeiro", "RJ", "22041-001"),
    ("Belo Horizonte", "MG", "30140-071"),
    ("Salvador", "BA", "40020-000"),
    ("Fortaleza", "CE", "60060-440"),
    ("Brasília", "DF", "70040-010"),
    ("Vitória", "ES", "29010-002"),
    ("Natal", "RN", "59012-360"),
    ("Belém", "PA", "66010-020"),
)
_PLAIN = str.maketrans("áâãàéêíóôõúçÁÉÍÓÚ", "aaaaeeioooucAEIOU")


def neighbour(index: int) -> Person:
    """Make one of the many other customers; the same index is the same person."""
    first, last = _FIRST[index % len(_FIRST)], _LAST[index * 7 % len(_LAST)]
    city, region, postcode = _CITIES[index * 3 % len(_CITIES)]
    mailbox = f"{first}.{last}.{index}".translate(_PLAIN).lower()
    street = f"Rua das {_STREETS[index % len(_STREETS)]} {17 + index * 13 % 900}"
    return _brazilian(f"{first} {last}", mailbox, street, city, region, postcode)
