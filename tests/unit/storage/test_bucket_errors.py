"""Errors of buckets, from the texts of obstore."""

import pytest
from obstore.exceptions import GenericError

from genonaut.storage.bucket import bucket_error
from genonaut.storage.errors import StorageFullError

FULL = (
    "Generic S3 error: Error performing PUT http://s3.test/b/k in 105.7ms, after 1 retries, max_retries: 1, "
    "retry_timeout: 2s  - Server returned non-2xx status code: 507 Insufficient Storage: "
)
CUT_OFF = (
    "Generic S3 error: Error performing PUT http://s3.test/b/k in 507.1ms, after 1 retries, max_retries: 1, "
    "retry_timeout: 2s  - HTTP error: error sending request"
)


@pytest.mark.parametrize(("text", "is_full"), [(FULL, True), (CUT_OFF, False)])
def test_only_the_status_507_means_that_a_bucket_is_full(text: str, *, is_full: bool) -> None:
    assert isinstance(bucket_error("k", GenericError(text)), StorageFullError) is is_full
