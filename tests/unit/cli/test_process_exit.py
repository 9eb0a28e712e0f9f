"""Commands that loaded obstore end without finalising the interpreter."""

import subprocess
import sys

import pytest

_PROGRAM = """
import atexit, builtins, sys
{imported}
from genonaut.cli.process_exit import end_process

class Watch:
    def __del__(self):
        print("finalised", flush=True)

builtins.watch = Watch()
atexit.register(print, "handlers")
sys.stdout.write("buffered ")
end_process({status!r})
"""


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="Python 3.14 does not end such threads")
@pytest.mark.parametrize(("status", "code"), [(None, 0), (3, 3), ("a message", 1)])
def test_handlers_run_and_output_is_flushed(status: object, code: int) -> None:
    program = _PROGRAM.format(imported="import obstore", status=status)
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert ended.returncode == code
    assert ended.stdout == b"buffered handlers\n", "threads of obstore may abort a finalisation"
    assert ended.stderr.strip() == (b"a message" if code == 1 else b"")


def test_other_commands_end_as_usual() -> None:
    program = _PROGRAM.format(imported="", status=0)
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert ended.stdout == b"buffered handlers\nfinalised\n"
