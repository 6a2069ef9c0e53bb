"""Accounts in a file: made, read again, compared with, locked."""

import asyncio
import logging
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from lib.dashboard.accounts import (
    LOCKED_SECONDS,
    MOST_FAILURES,
    Account,
    AccountsFile,
    Failures,
    check_password,
    new_account,
    read_accounts,
    write_account,
)
from lib.dashboard.server import signing
from lib.decision import InvalidInput
from lib.serving.people import Person, PersonRole

PASSWORD = "four words are easy"  # noqa: S105 (of nobody)
ANNA = Person("anna", PersonRole.HEAD)


@pytest.fixture(scope="module")
def account() -> Account:
    return new_account(ANNA, PASSWORD)


def test_the_line_of_an_account_holds_no_password_and_reads_as_it_was(account: Account) -> None:
    assert PASSWORD not in str(account)
    assert str(account).startswith("anna:head:$argon2id$")
    assert Account.from_line(str(account)) == account


def test_the_right_password_opens_and_no_other(account: Account) -> None:
    accounts = {"anna": account}
    assert check_password(accounts, "anna", PASSWORD) == account
    assert check_password(accounts, "anna", f"{PASSWORD} ") is None
    assert check_password(accounts, "anna", "") is None
    assert check_password(accounts, "bert", PASSWORD) is None
    # What is compared with for an unknown name opens nothing, either.
    assert check_password(accounts, "bert", "nobody's password") is None


def test_two_accounts_with_one_password_do_not_look_alike(account: Account) -> None:
    assert new_account(ANNA, PASSWORD).password_hash != account.password_hash


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("anna:head", "an argon2 hash"),
        ("anna:head:secret", "an argon2 hash"),
        ("anna", "an argon2 hash"),
    ],
)
def test_a_line_that_is_no_account_is_named_without_its_hash(line: str, rule: str) -> None:
    with pytest.raises(InvalidInput, match=rule) as refused:
        read_accounts(["# who may sign in", "", line])
    assert "anna" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_role_a_name_and_a_second_line_that_cannot_be_are_refused(account: Account) -> None:
    line = str(account)
    with pytest.raises(InvalidInput, match="one of manager, head, auditor"):
        read_accounts([line.replace(":head:", ":boss:")])
    with pytest.raises(InvalidInput, match="letters and digits"):
        read_accounts([line.replace("anna:", "anna\u00a0b:")])
    with pytest.raises(InvalidInput, match="its name is its own"):
        read_accounts([line, line])


def test_a_short_password_is_refused() -> None:
    with pytest.raises(InvalidInput, match="at least 15"):
        new_account(ANNA, "x" * 14)


def test_the_file_is_read_again_when_it_has_changed(tmp_path: Path, account: Account) -> None:
    path = tmp_path / "secrets" / "accounts"
    write_account(path, account)
    accounts = AccountsFile(path)
    assert set(accounts.all) == {"anna"}
    inode = path.stat().st_ino
    write_account(path, Account(Person("bert", PersonRole.AUDITOR), account.password_hash))
    write_account(path, Account(Person("anna", PersonRole.MANAGER), account.password_hash))
    assert {name: one.person.role for name, one in accounts.all.items()} == {
        "anna": PersonRole.MANAGER,
        "bert": PersonRole.AUDITOR,
    }
    # A container has this very file.
    assert path.stat().st_ino == inode


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="SCORING_ACCOUNTS_FILE"):
        AccountsFile(tmp_path / "none")


def test_guesses_that_come_at_once_are_locked_out_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    checked = []
    monkeypatch.setattr(signing, "_failures", signing.Failures())
    monkeypatch.setattr(signing, "_one_at_a_time", asyncio.Lock())
    monkeypatch.setattr(signing, "check_password", lambda *given: checked.append(given))
    accounts = SimpleNamespace(accounts=SimpleNamespace(all={"anna": None}))
    page = SimpleNamespace(identity_provider=accounts, log=logging.getLogger("sign-in"))

    async def guess() -> list[bool]:
        right = signing.SignInHandler._is_right
        return await asyncio.gather(*(right(page, "anna", str(n)) for n in range(50)))

    assert not any(asyncio.run(guess()))
    assert len(checked) == MOST_FAILURES


def test_an_account_is_locked_after_failures_for_a_while_and_no_other_is() -> None:
    now = 0.0
    failures = Failures(clock=lambda: now)
    for _ in range(MOST_FAILURES - 1):
        failures.count("anna")
    assert not failures.is_locked("anna")
    failures.count("anna")
    assert failures.is_locked("anna")
    assert not failures.is_locked("bert")
    now = LOCKED_SECONDS - 1
    assert failures.is_locked("anna")
    now = LOCKED_SECONDS + 1
    assert not failures.is_locked("anna")


def test_the_right_password_begins_anew() -> None:
    failures = Failures(most=2)
    failures.count("anna")
    failures.forget("anna")
    failures.count("anna")
    assert not failures.is_locked("anna")


def test_the_command_writes_an_account_of_a_password_that_is_typed(tmp_path: Path) -> None:
    path = tmp_path / "accounts"
    command = [sys.executable, "-m", "lib.launch", "account", "anna", "head", "--file", str(path)]
    made = subprocess.run(
        command, input=f"{PASSWORD}\n", capture_output=True, text=True, check=True, env=os.environ
    )
    assert PASSWORD not in made.stdout
    assert check_password(AccountsFile(path).all, "anna", PASSWORD)
