import pytest

from fer_keras.cli.lists import number_range, whole_numbers, words
from fer_keras.errors import InputError


def test_values_stand_between_commas() -> None:
    assert words("no-flip, votes,") == ["no-flip", "votes"]
    assert whole_numbers("10, 100", "faces", "10,100") == [10, 100]
    assert number_range("-1,1.5", "peer_range") == (-1, 1.5)


@pytest.mark.parametrize("text", ["", "1,", "-1", "two", "1.5"])
def test_what_is_no_list_of_whole_numbers_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="write whole numbers, such as 1,2") as caught:
        whole_numbers(text, "threads", "1,2")
    assert caught.value.argument == "threads"


@pytest.mark.parametrize("text", ["", "1", "2,1", "1,1", "nan,1", "0,inf", "0,1,2"])
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="write two numbers, the smaller one first"):
        number_range(text, "peer_range")
