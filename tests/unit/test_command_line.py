"""The command `best-friends`: what it says no to, in one sentence and before anything starts."""

import re
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import boto3
import pytest

from best_friends.domain.policy import Policy
from ops import cli
from ops.faults import Stop
from ops.policies import read_policy
from ops.rehearsal import rehearse
from ops.rehearsal.answers import Answers
from tests.support.commands import Command, in_process


@pytest.fixture
def best_friends(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Command:
    """Run the command in this process; whoever would start the embedded AWS fails."""

    def started(*_: object, **__: object) -> AbstractContextManager[None]:
        raise AssertionError("the embedded AWS must not start")

    monkeypatch.setattr(rehearse, "embedded_aws", started)
    monkeypatch.setattr(rehearse, "world", started)
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "no-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "no-credentials"))

    return in_process(monkeypatch, capsys, columns=200)


FRIENDS = "friend_id,display_name,email,language,latitude,longitude,radius_km,skills,joined_on,active"
JOBS = "job_id,friend_id,customer_id,skill,latitude,longitude,posted_at,completed_at,status,revenue,currency"
RATINGS = "rating_id,job_id,friend_id,stars,rated_at"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A small export without a fault."""
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "friends.csv").write_text(f"{FRIENDS}\nF1,Anna,anna@friends.example,de,,,,tv,2024-01-31,true\n")
    (folder / "jobs.csv").write_text(f"{JOBS}\n")
    (folder / "ratings.csv").write_text(f"{RATINGS}\nR1,J1,F1,5,2025-01-03T10:00:00Z\n")
    return folder


def broken(export: Path, ratings: int) -> Path:
    rows = "".join(f"R{number},J1,F1,6,2025-01-03T10:00:00Z\n" for number in range(ratings))
    (export / "ratings.csv").write_text(f"{RATINGS}\n{rows}")
    return export


# ---------------------------------------------------------------- help


def test_the_help_mentions_every_command(best_friends: Command) -> None:
    said = best_friends("--help")
    assert said.status == 0
    for command in ("import", "sample", "rehearse", "up", "year", "policy"):
        assert re.search(rf"\b{command}\b", said.out), command


@pytest.mark.parametrize(
    ("command", "mentioned"),
    [
        (["import"], "--skip-bad"),
        (["sample"], "--seed"),
        (["rehearse"], "--answers"),
        (["up"], "--port"),
        (["year"], "start"),
        (["year", "start"], "--resume"),
        (["policy"], "set"),
    ],
)
def test_every_command_has_a_help_of_its_own(
    best_friends: Command, command: list[str], mentioned: str
) -> None:
    for flag in ("--help", "-h"):
        said = best_friends(*command, flag)
        assert said.status == 0 and mentioned in said.out


def test_without_a_command_the_help_is_shown(best_friends: Command) -> None:
    said = best_friends()
    assert "rehearse" in said.out + said.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["celebrate"],
        ["rehearse"],
        ["year", "start", "soon"],
        ["year", "start", "1999"],
        ["sample", "x", "--friends", "3"],
    ],
)
def test_what_is_no_command_is_told_with_exit_status_2(best_friends: Command, arguments: list[str]) -> None:
    assert best_friends(*arguments).status == 2


# ---------------------------------------------------------------- the policy file

POLICIES = [
    ("[qualification]\nratings_min = 0\n", 2, "qualification.ratings_min"),
    ("# a comment\n\n[qualification]\n\nratings_mni = 15\n", 5, "qualification.ratings_mni"),
    ("[qualification]\nratings_min = 1\n[invitation]\nanswer_days = 99\n", 4, "invitation.answer_days"),
    ("[programme]\ntimezone = 'Europe/Zurick'\n", 2, "programme.timezone"),
    ("[programme]\nlanguages = [\n  'de',\n  'rm',\n]\n", 2, "programme.languages.1"),
    ("[invitation]\nreminder_days = [14, 7]\n", 1, "invitation"),
    ("\n[qualifcation]\nratings_min = 1\n", 2, "qualifcation"),
    ("qualification.rating_average_min = 7\n", 1, "qualification.rating_average_min"),
    ("x = 1\n", 1, "x"),
    ("[qualification]\nratings_min = 1.5\n", 2, "qualification.ratings_min"),
    ("[ qualification ]\n  revenue_cohort = 'canton' # why not\n", 2, "qualification.revenue_cohort"),
]


@pytest.mark.parametrize(("text", "line", "key"), POLICIES)
@pytest.mark.parametrize("command", ["rehearse", "up", "year start", "policy set"])
def test_a_policy_that_cannot_be_used_is_told_by_line_and_key_before_anything_starts(
    best_friends: Command, export: Path, tmp_path: Path, command: str, text: str, line: int, key: str
) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(text)
    said = {
        "rehearse": lambda: best_friends("rehearse", export, "--year", 2025, "--policy", policy),
        "up": lambda: best_friends("up", export, "--policy", policy),
        "year start": lambda: best_friends("year", "start", 2025, "--policy", policy),
        "policy set": lambda: best_friends("policy", "set", policy),
    }[command]()
    assert (said.status, said.out) == (2, "")
    assert re.fullmatch(rf"{re.escape(f'{policy}:{line}: {key}: ')}\S.+\n", said.err)


def test_every_fault_of_a_policy_has_a_line_of_its_own(best_friends: Command, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text("[qualification]\nratings_min = 0\nrating = 4\n[invitation]\nanswer_days = 0\n")
    said = best_friends("policy", "set", policy)
    assert [line.split(": ")[:2] for line in said.err.splitlines()] == [
        [f"{policy}:2", "qualification.ratings_min"],
        [f"{policy}:3", "qualification.rating"],
        [f"{policy}:5", "invitation.answer_days"],
    ]


def test_a_dotted_key_is_told_by_its_own_line(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text("qualification.rating_average_min = 4.5\nqualification.ratings_min = 0\n")
    with pytest.raises(Stop, match=r"policy\.toml:2: qualification\.ratings_min: "):
        read_policy(policy)


@pytest.mark.parametrize(
    ("text", "line"), [("[qualification]\nratings_min = \n", 2), ("a = 1\na = 2\n", 2), ("'", 1)]
)
def test_a_policy_that_is_not_toml_is_told_by_its_line(
    best_friends: Command, tmp_path: Path, text: str, line: int
) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(text)
    said = best_friends("policy", "set", policy)
    assert said.status == 2
    assert said.err.startswith(f"{policy}:{line}: this is not TOML: ")


def test_a_policy_that_is_not_there_or_no_text_is_told_in_one_sentence(
    best_friends: Command, tmp_path: Path
) -> None:
    missing, folder, latin = tmp_path / "none.toml", tmp_path / "folder", tmp_path / "latin.toml"
    folder.mkdir()
    latin.write_bytes(b"# Z\xfcrich\n")
    for path, sentence in ((missing, "cannot be read"), (folder, "cannot be read"), (latin, "is not UTF-8")):
        said = best_friends("policy", "set", path)
        assert said.status == 2
        assert said.err.startswith(f"{path}: {sentence}") and said.err.count("\n") == 1


def test_without_a_policy_file_the_defaults_are_rehearsed() -> None:
    assert read_policy(None).document()["qualification"]["rating_average_min"] == "4.5"


# ---------------------------------------------------------------- answers


@pytest.mark.parametrize(
    "text",
    [
        "confirm=2",
        "confirm=-0.1",
        "maybe=0.5",
        "confirm",
        "confirm=",
        "confirm=0.5;decline=0.1",
        "0.7",
        "confirm=1e-1",
        "confirm=nan",
        "confirm=.5",
    ],
)
def test_answers_that_make_no_sense_are_told_before_anything_starts(
    best_friends: Command, export: Path, text: str
) -> None:
    said = best_friends("rehearse", export, "--year", 2025, "--answers", text)
    assert (said.status, said.out) == (2, "")
    assert said.err == f"--answers: {text!r}: expected shares such as confirm=0.7,decline=0.1\n"


def test_shares_that_exceed_the_whole_are_told(best_friends: Command, export: Path) -> None:
    said = best_friends("rehearse", export, "--year", 2025, "--answers", "confirm=0.9,decline=0.2")
    assert said.status == 2
    assert said.err == "--answers: 'confirm=0.9,decline=0.2': confirm and decline together exceed 1\n"


@pytest.mark.parametrize(
    ("text", "confirm", "decline"),
    [
        ("confirm=0.7,decline=0.1", 0.7, 0.1),
        ("confirm=1", 1, 0),
        (" decline=1.0 ", 0, 1),
        ("", 0, 0),
        ("confirm=0,decline=0", 0, 0),
    ],
)
def test_answers_are_shares(text: str, confirm: float, decline: float) -> None:
    assert Answers.of(text) == Answers(confirm, decline)


def test_two_shares_that_make_exactly_the_whole_are_accepted() -> None:
    for hundredths in range(1, 100):
        answers = Answers.of(f"confirm=0.{hundredths:02d},decline=0.{100 - hundredths:02d}")
        assert answers.confirm + answers.decline <= 1


# ---------------------------------------------------------------- the export


@pytest.mark.parametrize("command", ["import", "rehearse"])
def test_a_folder_that_is_not_there_is_told(best_friends: Command, tmp_path: Path, command: str) -> None:
    options = ["--year", 2025] if command == "rehearse" else []
    said = best_friends(command, tmp_path / "nowhere", *options)
    assert said.status == 2
    assert "nowhere: expected a folder with friends.csv, jobs.csv and ratings.csv" in said.err
    assert "Nothing was written" in said.err


def test_a_file_that_is_missing_is_told(best_friends: Command, export: Path) -> None:
    (export / "jobs.csv").unlink()
    said = best_friends("import", export, "--quiet")
    assert said.status == 2
    assert said.err.startswith("jobs.csv: expected this file in the folder\n")


@pytest.mark.parametrize("command", ["import", "rehearse"])
def test_the_first_fifty_faults_are_told_and_the_others_counted(
    best_friends: Command, export: Path, command: str
) -> None:
    options = ["--year", 2025] if command == "rehearse" else []
    said = best_friends(command, broken(export, 1061), "--quiet", *options)
    lines = said.err.splitlines()
    assert (said.status, said.out, len(lines)) == (2, "", 52)
    assert lines[0] == "ratings.csv:2: stars: '6': expected an integer from 1 to 5"
    assert lines[49].startswith("ratings.csv:51: ")
    assert lines[50] == "... and 1,011 more faults"
    assert lines[51].startswith("Nothing was written.")


def test_exactly_fifty_faults_are_all_told(best_friends: Command, export: Path) -> None:
    lines = best_friends("import", broken(export, 50), "--quiet").err.splitlines()
    assert len(lines) == 51 and "more faults" not in "".join(lines)


def test_skipping_bad_rows_does_not_help_against_a_file_that_cannot_be_read(
    best_friends: Command, export: Path
) -> None:
    (export / "friends.csv").write_text("who,what\n")
    said = best_friends("import", export, "--skip-bad")
    assert said.status == 2 and "friends.csv:1: expected a column friend_id in the header" in said.err


# ---------------------------------------------------------------- where results go


@pytest.mark.parametrize("option", ["--report", "--json"])
def test_a_result_that_cannot_be_written_is_told_before_anything_starts(
    best_friends: Command, export: Path, tmp_path: Path, option: str
) -> None:
    target = tmp_path / "missing" / "out"
    said = best_friends("rehearse", export, "--year", 2025, option, target)
    assert said.status == 2
    assert said.err == f"{target}: the folder {target.parent} does not exist; make it first\n"


@pytest.mark.parametrize("option", ["--report", "--json"])
def test_a_result_that_would_replace_a_folder_is_told_before_anything_starts(
    best_friends: Command, export: Path, tmp_path: Path, option: str
) -> None:
    said = best_friends("rehearse", export, "--year", 2025, option, tmp_path)
    assert said.status == 2
    assert said.err == f"{tmp_path}: is a folder; name a file in it\n"


def test_rejected_rows_that_cannot_be_written_are_told_before_anything_is_imported(
    best_friends: Command, export: Path, tmp_path: Path
) -> None:
    target = tmp_path / "missing" / "rejected.csv"
    said = best_friends("import", broken(export, 1), "--skip-bad", "--rejected", target)
    assert said.status == 2
    assert said.err.endswith(f"{target}: the folder {target.parent} does not exist; make it first\n")


# ---------------------------------------------------------------- the sample


def content(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def test_the_sample_of_a_seed_is_the_same_bytes_each_time(best_friends: Command, tmp_path: Path) -> None:
    for name in ("one", "other"):
        said = best_friends("sample", tmp_path / name, "--friends", 25, "--seed", 7, "--quiet")
        assert said.status == 0 and said.out.startswith("25 Friends, ")
    assert content(tmp_path / "one") == content(tmp_path / "other")
    best_friends("sample", tmp_path / "third", "--friends", 25, "--seed", 8, "--quiet")
    assert content(tmp_path / "third") != content(tmp_path / "one")


def test_a_sample_that_cannot_be_written_is_told_in_one_sentence(
    best_friends: Command, tmp_path: Path
) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file")
    said = best_friends("sample", taken, "--friends", 25, "--quiet")
    assert said.status == 2
    assert said.err.startswith(f"{taken}: ") and said.err.count("\n") == 1


# ---------------------------------------------------------------- AWS that is not there


@pytest.mark.parametrize("region", ["", "eu-central-1"])
@pytest.mark.parametrize(
    "arguments", [["policy", "show"], ["year", "show", "2025"], ["year", "start", "2025"]]
)
def test_without_a_region_or_credentials_the_command_says_so(
    best_friends: Command, monkeypatch: pytest.MonkeyPatch, arguments: list[str], region: str
) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY", raising=False)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # it remembers the credentials of earlier tests
    if region:
        monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    said = best_friends(*arguments)
    assert (said.status, said.out) == (2, "")
    missing = "Unable to locate credentials" if region else "You must specify a region"
    assert said.err == f"AWS says: {missing}. Check the region, the credentials and the stack.\n"


# ---------------------------------------------------------------- policy set


@pytest.mark.parametrize(
    ("on", "today", "late"),
    [("", 31, False), ("12-15", 14, False), ("12-15", 15, True), ("12-15", 31, True)],
)
def test_a_policy_in_force_says_what_follows_when(on: str, today: int, *, late: bool) -> None:
    policy = Policy.of({"early_notice": {"on": on}})
    told, _, notice = cli.in_force(Path("new.toml"), policy, date(2026, 12, today)).partition("\n")
    assert "dispatch, the standing, reviews, benefits and the early notice follow at once" in told
    assert "qualification and invitation hold for the years that are opened from now on" in told
    assert notice.endswith("go out at the next daily count.") if late else not notice
