"""Who does something: roles and the actor every operation takes."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Roles of the contract."""

    WORKER = "worker"
    SECRETARY = "secretary"
    OFFICE = "office"
    COMMITTEE = "committee"
    PROPERTY = "property"
    VOLUNTEER = "volunteer"
    ADMIN = "admin"


ROLE_NAMES: dict[Role, str] = {
    Role.WORKER: "走访人",
    Role.SECRETARY: "街区书记",
    Role.OFFICE: "街道办公室",
    Role.COMMITTEE: "居委会",
    Role.PROPERTY: "物业",
    Role.VOLUNTEER: "党员志愿者",
    Role.ADMIN: "管理员",
}


@dataclass(frozen=True)
class Actor:
    """A person (or the program itself) in the role in which they act.

    Attributes
    ----------
    person_id : str or None
        Id in table person; None for the program and for tokens of no person.
    name : str
        As shown to colleagues, e.g. the nickname of a ledger.
    role : Role
    unit : str or None
        The residents' committee or property company the person speaks for, as the register names it.
    """

    person_id: str | None
    name: str
    role: Role
    unit: str | None = None

    @property
    def role_name(self) -> str:
        """The role in Chinese."""
        return ROLE_NAMES[self.role]


SYSTEM = Actor(None, "系统", Role.ADMIN)
