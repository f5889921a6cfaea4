"""The policy: data that is validated, exact, frozen, and told apart by its keys."""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from best_friends.domain.policy import (
    LANGUAGES,
    Invitation,
    Policy,
    PolicyError,
    Programme,
    Qualification,
    Role,
)
from best_friends.domain.programme import differences

DECIMALS = st.decimals(min_value=1, max_value=5, places=6)
REMINDERS = st.lists(st.integers(1, 20), unique=True, max_size=4).map(sorted).map(tuple)
POLICIES = st.builds(
    Policy,
    programme=st.builds(
        Programme,
        timezone=st.sampled_from(["Europe/Zurich", "Europe/Vienna", "UTC"]),
        languages=st.lists(st.sampled_from(LANGUAGES), min_size=1, unique=True).map(tuple),
    ),
    qualification=st.builds(
        Qualification,
        rating_average_min=DECIMALS,
        ratings_min=st.integers(1, 99),
        ratings_window=st.sampled_from(["total", "year"]),
        revenue_top_percent=st.decimals(min_value="0.001", max_value=100, places=3),
        revenue_window=st.sampled_from(["total", "year"]),
        revenue_cohort=st.sampled_from(["all", "region"]),
        engagement_roles=st.lists(st.sampled_from(Role), unique=True).map(tuple),
    ),
    invitation=st.builds(Invitation, answer_days=st.integers(21, 60), reminder_days=REMINDERS),
)


def faults_of(document: Any) -> dict[str, str]:
    with pytest.raises(PolicyError) as refused:
        Policy.of(document)
    return dict(refused.value.faults)


def qualification(**changes: object) -> dict[str, object]:
    return {"qualification": changes}


def test_the_defaults_are_those_of_the_programme() -> None:
    assert Policy().document() == {
        "programme": {"timezone": "Europe/Zurich", "languages": ["de", "fr", "it", "en"]},
        "qualification": {
            "rating_average_min": "4.5",
            "ratings_min": 15,
            "ratings_window": "total",
            "revenue_top_percent": "5",
            "revenue_window": "year",
            "revenue_cohort": "all",
            "engagement_roles": ["meetup_organiser", "mentor", "product_tester", "brand_ambassador"],
        },
        "invitation": {"answer_days": 21, "reminder_days": [7, 14]},
        "dispatch": {
            "proximity_km": "10",
            "quality_prior_ratings": 10,
            "quality_prior_average": "4.0",
            "priority_best_friend": "2.0",
            "newcomer_ratings_below": 15,
            "newcomer_percent": 20,
            "wave_size": 10,
            "wave_seconds": 60,
            "waves": 6,
            "offer_hours": 24,
            "quiet_from": "",
            "quiet_until": "",
        },
        "standing": {"link_hours": 24, "cutoff_step": 10},
        "review": {"first_reply_days": 7, "decision_days": 14},
        "early_notice": {
            "on": "",
            "ratings_within": 5,
            "five_stars_within": 5,
            "revenue_percent_within": "25",
        },
        "benefits": {"places_up": 3, "head_start_hours": 48, "days_before": 7},
        "referrals": {"ambassador_from": 3},
    }
    assert Policy.from_toml("") == Policy.of({}) == Policy()


@pytest.mark.parametrize(
    ("document", "key", "mend"),
    [
        (qualification(rating_min=3), "qualification.rating_min", "did you mean ratings_min?"),
        (
            qualification(revenue_top_percentage=5),
            "qualification.revenue_top_percentage",
            "revenue_top_percent?",
        ),
        ({"qualifcation": {}}, "qualifcation", "did you mean qualification?"),
        ({"invitation": {"answers_days": 3}}, "invitation.answers_days", "did you mean answer_days?"),
        ({"invitation": {"xyz": 3}}, "invitation.xyz", "known here: answer_days, reminder_days"),
        ({"zzz": 1}, "zzz", "known here: programme, qualification, invitation, dispatch, standing"),
        ({"dispatch": {"wave_seconde": 3}}, "dispatch.wave_seconde", "did you mean wave_seconds?"),
    ],
)
def test_an_unknown_key_is_named_with_a_suggestion(document: Any, key: str, mend: str) -> None:
    assert faults_of(document).keys() == {key}
    assert faults_of(document)[key].startswith("unknown key; ") and mend in faults_of(document)[key]


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("qualification", "rating_average_min", "0.99"),
        ("qualification", "rating_average_min", "5.01"),
        ("qualification", "rating_average_min", "NaN"),
        ("qualification", "rating_average_min", "many"),
        ("qualification", "rating_average_min", True),
        ("qualification", "ratings_min", 0),
        ("qualification", "ratings_min", -1),
        ("qualification", "ratings_min", 1.5),
        ("qualification", "ratings_min", "15"),
        ("qualification", "ratings_min", True),
        ("qualification", "revenue_top_percent", 0),
        ("qualification", "revenue_top_percent", "-5"),
        ("qualification", "revenue_top_percent", "100.01"),
        ("qualification", "revenue_top_percent", "Infinity"),
        ("qualification", "ratings_window", "month"),
        ("qualification", "revenue_window", ""),
        ("qualification", "revenue_cohort", "canton"),
        ("programme", "timezone", "Europe/Zurick"),
        ("programme", "timezone", ""),
        ("programme", "languages", []),
        ("invitation", "answer_days", 0),
        ("invitation", "answer_days", 61),
        ("invitation", "answer_days", "21"),
        ("dispatch", "proximity_km", 0),
        ("dispatch", "proximity_km", "NaN"),
        ("dispatch", "quality_prior_average", "5.1"),
        ("dispatch", "priority_best_friend", "0.5"),  # the status never counts against a Friend
        ("dispatch", "newcomer_percent", 101),
        ("dispatch", "wave_size", 0),
        ("dispatch", "wave_seconds", 901),  # longer than a queue holds a message
        ("dispatch", "waves", 0),
        ("dispatch", "offer_hours", 0),
        ("dispatch", "quiet_from", "22"),
        ("dispatch", "quiet_from", "24:00"),
    ],
)
def test_an_impossible_value_is_refused_under_its_key(section: str, key: str, value: object) -> None:
    faults = faults_of({section: {key: value}})
    assert faults.keys() == {f"{section}.{key}"}
    assert "(found " in faults[f"{section}.{key}"]


def test_an_element_of_a_list_is_refused_under_its_place() -> None:
    assert faults_of(qualification(engagement_roles=["mentor", "boss"])).keys() == {
        "qualification.engagement_roles.1"
    }
    assert faults_of({"programme": {"languages": ["de", "rm"]}}).keys() == {"programme.languages.1"}


def test_a_section_that_is_no_table_is_refused_under_its_name() -> None:
    assert faults_of({"qualification": 5}).keys() == {"qualification"}
    assert faults_of([1]).keys() == {""}


def test_every_fault_is_named_and_not_only_the_first() -> None:
    document = {"qualification": {"ratings_min": 0, "rating": 1}, "zzz": 1, "invitation": {"answer_days": 0}}
    assert faults_of(document).keys() == {
        "qualification.ratings_min",
        "qualification.rating",
        "zzz",
        "invitation.answer_days",
    }


@pytest.mark.parametrize("days", [[14, 7], [7, 7], [21], [7, 22]])
def test_reminders_rise_and_lie_within_the_answer_period(days: list[int]) -> None:
    assert "reminder_days must" in faults_of({"invitation": {"reminder_days": days}})["invitation"]


@pytest.mark.parametrize("days", [[0], [-1], [1.5], ["7"], [True]])
def test_a_reminder_is_a_whole_day_after_the_opening(days: list[object]) -> None:
    assert faults_of({"invitation": {"reminder_days": days}}).keys() == {"invitation.reminder_days.0"}


@pytest.mark.parametrize("days", [[], [1], [20], [1, 2, 3, 20]])
def test_any_rising_reminders_before_the_last_day_will_do(days: list[int]) -> None:
    assert Policy.of({"invitation": {"reminder_days": days}}).invitation.reminder_days == tuple(days)


@given(DECIMALS)
def test_a_decimal_of_the_toml_is_exact(average: Decimal) -> None:
    policy = Policy.from_toml(f"[qualification]\nrating_average_min = {average:f}\n")
    assert Fraction(policy.qualification.rating_average_min) == Fraction(f"{average:f}")


def test_a_long_decimal_keeps_every_digit() -> None:
    text = "4.50000000000000000000000000001"
    policy = Policy.from_toml(f"[qualification]\nrating_average_min = {text}\n")
    assert policy.document()["qualification"]["rating_average_min"] == text
    assert Policy.of(policy.document()) == policy
    assert Fraction(policy.qualification.rating_average_min) > Fraction(9, 2)


@given(POLICIES)
def test_a_policy_survives_its_document_exactly(policy: Policy) -> None:
    again = Policy.of(policy.document())
    assert again == policy
    assert again.document() == policy.document()
    assert (
        again.qualification.rating_average_min.as_tuple()
        == policy.qualification.rating_average_min.as_tuple()
    )


def test_what_a_file_leaves_out_is_the_default() -> None:
    policy = Policy.from_toml("[qualification]\nratings_min = 20\n")
    assert policy == Policy(qualification=Qualification(ratings_min=20))


@pytest.mark.parametrize("text", ["a = ", "[a]\n[a]\n", "x = 'abc", "qualification", "= 1"])
def test_what_is_not_toml_is_refused_with_the_reason(text: str) -> None:
    with pytest.raises(PolicyError) as refused:
        Policy.from_toml(text)
    ((key, sentence),) = refused.value.faults
    assert key == "" and sentence.startswith("this is not TOML: ")


@pytest.mark.parametrize("word", ["nan", "inf", "-inf"])
def test_a_number_that_is_none_is_refused(word: str) -> None:
    with pytest.raises(PolicyError, match="finite"):
        Policy.from_toml(f"[qualification]\nrating_average_min = {word}\n")


def test_a_policy_cannot_be_changed() -> None:
    policy = Policy()
    with pytest.raises(ValidationError):
        setattr(policy.qualification, "ratings_min", 1)  # noqa: B010 - the types refuse it as well
    with pytest.raises(ValidationError):
        setattr(policy, "invitation", Invitation(answer_days=30))  # noqa: B010


# ---------------------------------------------------------------- differences


def test_equal_policies_do_not_differ() -> None:
    assert differences(Policy(), Policy()) == []


def test_differences_name_the_key_and_both_values_in_the_documents_order() -> None:
    other = Policy.of(
        {
            "invitation": {"answer_days": 30},
            "qualification": {"ratings_min": 10, "rating_average_min": "4.25"},
            "programme": {"timezone": "UTC"},
        }
    )
    assert differences(Policy(), other) == [
        "programme.timezone: Europe/Zurich -> UTC",
        "qualification.rating_average_min: 4.5 -> 4.25",
        "qualification.ratings_min: 15 -> 10",
        "invitation.answer_days: 21 -> 30",
    ]


@given(POLICIES, POLICIES)
def test_two_policies_differ_exactly_where_their_documents_do(one: Policy, other: Policy) -> None:
    told = {line.split(":")[0] for line in differences(one, other)}
    before, after = one.document(), other.document()
    assert told == {
        f"{section}.{key}"
        for section in before
        for key in before[section]
        if before[section][key] != after[section][key]
    }


@pytest.mark.parametrize(
    ("hours", "mend"),
    [
        ({"quiet_from": "22:00"}, "go together"),
        ({"quiet_until": "07:00"}, "go together"),
        ({"quiet_from": "22:00", "quiet_until": "22:00"}, "must differ"),
    ],
)
def test_quiet_hours_have_two_ends(hours: dict[str, str], mend: str) -> None:
    assert mend in faults_of({"dispatch": hours})["dispatch"]


def test_the_example_that_operators_copy_is_the_defaults() -> None:
    example = Path(__file__).resolve().parents[2] / "docs" / "policy.toml"
    assert Policy.from_toml(example.read_text()).document() == Policy().document()
