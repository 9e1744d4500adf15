"""Realistic text: sentences, names, addresses, drawn from small pools."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from random import Random

VOCABULARY: dict[str, list[str]] = json.loads(Path(__file__).with_name("vocabulary.json").read_text(encoding="utf-8"))
WORDS = VOCABULARY["words"]
FIRST_NAMES = VOCABULARY["first_names"]
LAST_NAMES = VOCABULARY["last_names"]


def _sentence(random: Random) -> str:
    words = random.choices(WORDS, k=random.randint(4, 10))
    words.insert(2, random.choice(VOCABULARY["verbs"]))
    ending = random.choice((".", ".", ".", "!", "?", " – see below.", " 🚀", "; more to come…"))
    return " ".join(words).capitalize() + ending


SENTENCES = tuple(_sentence(Random(number)) for number in range(600))


def title(random: Random) -> str:
    """Two to four words."""
    return " ".join(random.choices(WORDS, k=random.randint(2, 4))).title()


def paragraph(random: Random, sentences: int) -> str:
    """Markdown of about `sentences` sentences."""
    return "\n\n".join(" ".join(random.choices(SENTENCES, k=3)) for _ in range(max(1, sentences // 3)))


def person(seed: int, number: int) -> tuple[str, str, str]:
    """First name, last name and unique address of a person, the same in every system."""
    drawn = hashlib.blake2b(f"{seed}/person/{number}".encode(), digest_size=4).digest()
    first, last = FIRST_NAMES[drawn[0] % len(FIRST_NAMES)], LAST_NAMES[drawn[1] % len(LAST_NAMES)]
    style = ("mail", "o'mail", "first+tag", "a_b%c", "x-y.z")[drawn[2] % 5]
    return first, last, f"{style}.{number:08d}@{('example.org', 'mail.example.net')[drawn[3] % 2]}"
