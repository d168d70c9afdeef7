"""Rules over a document: which ones can matter to it, what they find, and where."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from profiler import rules
from profiler.document.document import Document
from profiler.document.source import from_bytes
from profiler.errors import ProfilerError
from profiler.lint import dispatch
from profiler.lint.diagnostics import FileReport
from profiler.lint.dispatch import Plan, Traits
from profiler.lint.place import Placer
from profiler.lint.suppress import Suppressions
from profiler.rules import index
from profiler.rules.rule import Needs
from profiler.rules.run import Context, Run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from profiler.document.plist import Node
    from profiler.document.source import Source
    from profiler.lint.diagnostics import Diagnostic
    from profiler.rules.index import Entry
    from profiler.rules.rule import Finding, Rule, Severity


class Selection(NamedTuple):
    """Which rules run and how grave they are: ids or groups of ids by prefix, as --select, --ignore and the config give them."""

    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    severity: Mapping[str, Severity] = {}

    def wants(self, rule: Entry) -> bool:
        """Whether a rule runs: selected (or nothing is, and it is not opt-in), and not ignored.

        An id counts for more than the group it belongs to: one that is selected may be of a group that is ignored.
        """
        if self._ignores(rule.id):
            return False
        if rule.opt_in:
            return rule.id in self.select
        return not self.select or _named(rule.id, self.select)

    def runs(self, name: str) -> bool:
        """Whether a rule or group named in a comment may run at all: one that does not cannot find anything."""
        return not self._ignores(name) and (not self.select or _named(name, self.select))

    def _ignores(self, name: str) -> bool:
        return name in self.ignore or (name not in self.select and _named(name, self.ignore))


def _named(identifier: str, names: frozenset[str]) -> bool:
    return not names.isdisjoint(rules.names_of(identifier))


class RuleCrashed(Exception):  # noqa: N818 - not the user's error
    """A rule did not finish; reported for the file, never a silent pass."""


class Linter:
    """The rules of one run, sorted by what they are about."""

    def __init__(
        self,
        context: Context = Context(),  # noqa: B008 - immutable
        selection: Selection = Selection(),  # noqa: B008 - immutable
        *,
        among_others: bool = False,
    ) -> None:
        self.among_others = among_others
        self.context = context
        self.selection = selection
        self.installed: Document | None = None
        if context.installed is not None:
            self.installed = Document(from_bytes(context.installed[1], context.installed[0]))
            self._open(self.installed)
        self._templates = selection.runs("doc-placeholder")
        self._lacks = set(_lacks(context))
        self._wanted: dict[str, tuple[Entry, ...]] = {}
        self._plans: dict[Traits, Plan] = {}

    def lint(self, source: Source) -> FileReport:
        """Everything the rules find in one source. Never raises for what is in the file."""
        document = Document(source)
        try:
            return self._report(document)
        finally:
            document.release()

    def _report(self, document: Document) -> FileReport:
        source = document.source
        crash = self._open(document)
        run = Run(document, self.context, installed=self.installed, templates=self._templates)
        placer = Placer(document)
        suppressions = Suppressions(document)
        found: list[Diagnostic] = []
        try:
            for rule, finding in self._findings(run):
                if suppressions.comments and suppressions.covers(rule.id, placer.offsets(finding)):
                    continue
                severity = self.selection.severity.get(rule.id) or finding.severity or rule.severity
                found.append(placer.diagnostic(rule, finding, severity))
            facts = self._facts(run, suppressions)
            for rule in self._unused_ignore() if suppressions.comments else ():
                severity = self.selection.severity.get(rule.id) or rule.severity
                found += [
                    placer.diagnostic(rule, one, severity) for one in suppressions.unused(self._may_find)
                ]
        except RuleCrashed as stop:
            return FileReport(source.name, document.envelope, (), crash=str(stop))
        found.sort(key=lambda one: (one.start.offset if one.start else -1, one.rule))
        signed_by = _signed_by(source) if found else ""
        sealed = document.encrypted and not self.context.decrypt_keys
        return FileReport(
            source.name, document.envelope, tuple(found), crash, facts, signed_by, run.timed, sealed
        )

    def _facts(self, run: Run, suppressions: Suppressions) -> tuple[tuple[str, Any], ...]:
        """What the rules that compare files keep of this one."""
        if not self.among_others:
            return ()
        from profiler.lint import together  # noqa: PLC0415 - one file has nothing to be compared with

        return together.collect(run, self.selection, suppressions)

    def _open(self, document: Document) -> str:
        """Look into an encrypted profile when there are keys. Returns why that failed, "" when it did not."""
        if not self.context.decrypt_keys or not document.encrypted:
            return ""
        from profiler.lint import inside  # noqa: PLC0415 - cryptography, only for encrypted profiles

        try:
            document.decrypted = inside.payloads(document, self.context.decrypt_keys)
        except ProfilerError as error:
            return f"its payloads were not checked: {error.message}"
        return ""

    def _unused_ignore(self) -> list[Rule]:
        """The rule about comments that ignore nothing; none when it is off."""
        return [entry.rule for entry in self._load("document") if entry.id == "doc-unused-ignore"]

    def _may_find(self, name: str) -> bool:
        """Whether a rule that a comment names, or one of a group, was there to find something; one that does not exist was."""
        if not rules.exists(name):
            return self.selection.runs(name)
        return any(self._runs(entry) for entry in index.by_id().values() if name in rules.names_of(entry.id))

    def _findings(self, run: Run) -> Iterator[tuple[Rule, Finding]]:
        """What each rule that can matter yields. Raises RuleCrashed for one that does not finish."""
        entry: Entry | None = None
        try:
            for entry, subject in self._calls(run):
                for finding in entry.check(subject, run):
                    yield entry.rule, finding
        except ProfilerError:
            raise
        except Exception as error:
            if os.environ.get("PROFILER_TRACEBACK"):
                raise
            name = entry.id if entry is not None else "about the schema"
            raise RuleCrashed(f"the rule {name} did not finish: {type(error).__name__}") from error

    def _calls(self, run: Run) -> list[tuple[Entry, Any]]:
        """Which rules to call, and with what."""
        plan = self._plan(run)
        document = run.document
        root = document.root
        problems = {problem.rule for problem in document.problems} if document.problems else ()
        calls: list[tuple[Entry, Any]] = [
            (rule, root) for name in problems for rule in plan.by_problem.get(name, ())
        ]
        if root is None or root.kind != "dict":
            calls += [(rule, root) for rule in plan.unread]
        else:
            self._call_on_tree(calls, plan, root, run)
        return calls

    def _call_on_tree(self, calls: list[tuple[Entry, Any]], plan: Plan, root: Node, run: Run) -> None:
        calls += [(rule, root) for rule in plan.file.about(root, root, run)]
        for payload in run.payloads:
            wanted = plan.of_payload(payload.string("PayloadType") or "")
            calls += [(rule, payload) for rule in wanted.about(payload, payload, run)]
        for account in run.accounts if plan.account else ():
            wanted = plan.of_account(account.type)
            calls += [(rule, account) for rule in wanted.about(account.payload, account, run)]
        if plan.by_violation and run.violations:
            about = (rule for kind in run.violations for rule in plan.by_violation.get(kind, ()))
            calls += [(rule, root) for rule in {rule.id: rule for rule in about}.values()]

    def _plan(self, run: Run) -> Plan:
        """The rules for a document, found once for all documents that need the same."""
        traits = dispatch.traits(run)
        plan = self._plans.get(traits)
        if plan is None:
            names = dispatch.groups({**traits.groups, "lifecycle": self._compares()})
            plan = self._plans[traits] = Plan(
                [rule for name in names for rule in self._load(name)], traits.types
            )
        return plan

    def _compares(self) -> bool:
        """Whether there is an installed profile to compare with, or the lack of one is to be reported."""
        return self.installed is not None or "life-lock-missing" in self.selection.select

    def _load(self, group: str) -> tuple[Entry, ...]:
        if group not in self._wanted:
            self._wanted[group] = tuple(entry for entry in index.entries(group) if self._runs(entry))
        return self._wanted[group]

    def _runs(self, entry: Entry) -> bool:
        """Whether a rule is wanted, and has what it needs."""
        return self.selection.wants(entry) and self._lacks.isdisjoint(entry.needs)


def _lacks(context: Context) -> Iterator[Needs]:
    """What rules may need that the person did not give. What several files are needed for is found by `together`."""
    yield Needs.FILES
    if not context.targets and not context.mdm:
        yield Needs.TARGET
    if context.installed is None:
        yield Needs.INSTALLED


def _signed_by(source: Source) -> str:
    """The name of whoever signed a file, "" when nobody did."""
    if source.signed is None:
        return ""
    from profiler.rules.signature.verification import signer_name  # noqa: PLC0415 - cryptography, only for signed files

    return signer_name(source)
