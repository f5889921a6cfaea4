"""Start and stop the embedded AWS, an emulator from PyPI, as a process of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from best_friends import bootstrap
from ops.faults import Stop

REGION = "eu-central-1"
READY_WITHIN_SECONDS = 60
STOP_WITHIN_SECONDS = 10


@contextmanager
def embedded_aws() -> Iterator[str]:
    """Run the embedded AWS on a free loopback port and point this process's SDK at it.

    Yields its endpoint. Whatever happens, everything it started is stopped, its files are removed
    and the environment is as it was.
    """
    home = Path(tempfile.mkdtemp(prefix="best-friends-"))
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    log_path = home / "embedded-aws.log"
    with log_path.open("wb") as log, _environment(credentials(endpoint)):
        process = subprocess.Popen(
            [sys.executable, "-m", "ministack"],
            env={**os.environ, **_settings(port, home)},
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            _wait_until_ready(endpoint, process, log_path)
            yield endpoint
        finally:
            _stop(process)
            shutil.rmtree(home, ignore_errors=True)


def free_port() -> int:
    """A loopback port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def credentials(endpoint: str) -> dict[str, str]:
    """What the SDK needs to talk to the embedded AWS, and to nobody else."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _settings(port: int, home: Path) -> dict[str, str]:
    return {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "ERROR",
        "AUTH": "true",  # every call of a function is judged by its role, as on AWS
        "TMPDIR": str(home),
        "STATE_DIR": str(home / "state"),
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "",
    }


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in (*values, "AWS_PROFILE", "AWS_SESSION_TOKEN")}
    for name in before:
        os.environ.pop(name, None)
    os.environ.update(values)
    bootstrap.forget_clients()
    try:
        yield
    finally:
        bootstrap.forget_clients()
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def _wait_until_ready(endpoint: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            if httpx.get(f"{endpoint}/_ministack/health", timeout=2).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    last = log.read_text(errors="replace").strip().splitlines()[-1:] or ["it said nothing"]
    raise Stop(f"the embedded AWS did not start: {last[0]}")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """Stop the process and the functions it started: they are all of one session of their own."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, how)
        except ProcessLookupError:
            return
        try:
            process.wait(STOP_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            continue
    try:  # functions that outlived their parent
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def is_free(port: int) -> bool:
    """Whether a loopback port can be taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
