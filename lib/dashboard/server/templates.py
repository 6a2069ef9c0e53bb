"""Pages are written from templates that are compiled once, not anew for each visit."""

from typing import Any

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from voila.exporter import VoilaExporter


class CompiledTemplates(BytecodeCache):
    """Keeps what templates were compiled to, for as long as the server runs.

    Jinja compiles one again whose text has changed.
    """

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what a template was compiled to, if it was."""
        if compiled := self._compiled.get(bucket.key):
            bucket.bytecode_from_string(compiled)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what a template was compiled to."""
        self._compiled[bucket.key] = bucket.bytecode_to_string()


COMPILED = CompiledTemplates()


class PageExporter(VoilaExporter):
    """Voilà's exporter, of which each visit has one of its own, with templates compiled before."""

    def _create_environment(self) -> Any:
        environment: Environment = super()._create_environment()
        environment.bytecode_cache = COMPILED
        return environment
