"""`helpterm agent`, `product` and `department`: who works here, and for what."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict, replace

from store.desk.documents import AnyDocument, document, documents
from store.desk.ids import derived_id
from store.errors import BadInput
from store.model import Agent, Department, Product, Role
from store.text.inert import inert_line
from tui.cli.context import narrate, open_desk, print_json
from tui.cli.table import print_table


def _list(options: argparse.Namespace, cls: type[AnyDocument], columns: Sequence[str]) -> int:
    with open_desk(options) as desk:
        found = documents(desk.read(), cls)
    if options.json:
        print_json({f"{cls.__name__.lower()}s": [asdict(each) for each in found]})
    else:
        print_table(columns, [[_cell(getattr(each, column)) for column in columns] for each in found])
    return 0


def _cell(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _save(options: argparse.Namespace, new: AnyDocument) -> int:
    with open_desk(options, create=True) as desk:
        desk.change(lambda tx: tx.put(new))
        if options.json:
            print_json(asdict(new))
        else:
            narrate(f"{type(new).__name__.lower()} saved")
    return 0


def _retire(options: argparse.Namespace, cls: type[AnyDocument]) -> int:
    with open_desk(options) as desk:
        old = document(desk.read(), cls, options.name)
    return _save(options, replace(old, active=False))


def _id(noun: str, name: str) -> str:
    """The same name has the same id on every machine. Raises BadInput for an empty one."""
    plain = inert_line(name).strip()
    if not plain:
        raise BadInput(f"the {noun} needs a name", "give one")
    return derived_id(noun, plain.casefold())


def list_agents(options: argparse.Namespace) -> int:
    """The team."""
    return _list(options, Agent, ("name", "full_name", "role", "tier", "languages", "products", "email"))


def list_products(options: argparse.Namespace) -> int:
    """What is supported."""
    return _list(options, Product, ("name", "address", "from_name", "site"))


def list_departments(options: argparse.Namespace) -> int:
    """The parts of the team."""
    return _list(options, Department, ("name",))


def add_agent(options: argparse.Namespace) -> int:
    """Adds or changes a person."""
    return _save(
        options,
        Agent(
            id=_id("agent", options.name),
            name=inert_line(options.name).strip(),
            email=options.email,
            full_name=options.full_name,
            role=Role(options.role),
            products=tuple(options.product),
            languages=tuple(options.language),
            tier=options.tier,
        ),
    )


def add_product(options: argparse.Namespace) -> int:
    """Adds or changes a product."""
    return _save(
        options,
        Product(
            id=_id("product", options.name),
            name=inert_line(options.name).strip(),
            address=options.address,
            from_name=options.from_name,
            signature=options.signature.replace("\\n", "\n"),
            site=options.site,
        ),
    )


def add_department(options: argparse.Namespace) -> int:
    """Adds a department."""
    return _save(options, Department(_id("department", options.name), inert_line(options.name).strip()))


def retire_agent(options: argparse.Namespace) -> int:
    """Ends a person's work here; what they did stays."""
    return _retire(options, Agent)


def retire_product(options: argparse.Namespace) -> int:
    """Ends a product; its tickets stay."""
    return _retire(options, Product)


def retire_department(options: argparse.Namespace) -> int:
    """Ends a department; its tickets stay."""
    return _retire(options, Department)
