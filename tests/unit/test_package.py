import genonaut


def test_the_package_says_what_it_is() -> None:
    assert genonaut.__doc__ is not None
