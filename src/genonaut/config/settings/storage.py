"""Images, backups and how long rows and images are kept."""

from typing import Annotated, Any

from msgspec import Meta

from genonaut.config.settings.fields import Count, Days, Positive, Section


class BucketSection(Section, frozen=True):
    """Address and credentials of a bucket; the representation shows no secrets."""

    endpoint: str = ""
    """URL of an S3-compatible server; empty: Amazon S3, or AWS_ENDPOINT_URL."""
    region: str = ""
    access_key_id: str = ""
    secret_access_key: str = ""
    secret_access_key_file: str = ""
    """A file that contains the secret key, in place of ``secret_access_key``."""
    path_style: bool = True
    """Whether the bucket is in the path of URLs, not in their host name."""
    timeout_seconds: Positive = 30.0
    """Time limit for the response to a request, and of its repetitions."""

    def __post_init__(self) -> None:
        """Refuse combinations that contradict each other."""
        if self.secret_access_key and self.secret_access_key_file:
            raise ValueError("set only one of secret_access_key and secret_access_key_file")

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return []


class StorageSettings(BucketSection, frozen=True):
    """Where images are stored, and which are accepted."""

    root: str = ""
    """Directory or object-store URL; empty means ``<data_dir>/<environment>/files``."""
    redirect_seconds: Annotated[float, Meta(ge=0)] = 0.0
    """Images are answered with a redirect to the bucket that is valid for this time; 0: by the API."""
    max_image_bytes: Count = 100_000_000
    max_file_bytes: Count = 1_073_741_824
    """Largest result of another type: video, audio, 3D model."""
    max_image_pixels: Count = 64_000_000
    orphan_grace_hours: Positive = 24.0
    """Files without a row are deleted after this time."""
    quota_bytes: Annotated[int, Meta(ge=0)] = 0
    """Full-size images per user, with the trash; 0: no limit."""
    trash_days: Positive = 30.0
    """Deleted items can be restored for this time."""
    verify_days: Positive = 30.0
    """Every stored image is compared with its hash again after this time."""


class UploadSettings(Section, frozen=True):
    """Files that users upload as inputs of jobs."""

    max_bytes: Count = 67_108_864
    """Size of one file."""
    quota_bytes: Annotated[int, Meta(ge=0)] = 2_147_483_648
    """Uploaded files per user; 0: no limit."""
    unused_days: Positive = 7.0
    """Uploads that no job names are deleted after this time without use."""


class ImportSettings(Section, frozen=True):
    """Files that users import into the gallery."""

    max_bytes: Count = 1_073_741_824
    """Size of one image or zip; a zip may expand to twice as much."""
    max_files: Count = 5_000
    """Files of one zip."""


class CollectionSettings(Section, frozen=True):
    """Collections of items."""

    max_per_user: Count = 1_000
    """Collections of one user, archived ones included."""
    max_items: Count = 100_000
    """Items of one collection."""
    max_members: Count = 100
    """Members of one collection."""


class BackupSettings(BucketSection, frozen=True):
    """Where `genonaut backup` writes."""

    target: str = ""
    """Directory or object-store URL."""
    key_file: str = ""
    """File of the key with which backups are encrypted; empty: not encrypted."""
    keep: Annotated[int, Meta(ge=0)] = 0
    """Number of complete backups to keep; 0: all."""


class RetentionSettings(Section, frozen=True):
    """How long rows and images are kept; 0: without limit."""

    image_days: Days = 0.0
    """Images are moved to the trash after this time."""
    image_bytes: Annotated[int, Meta(ge=0)] = 0
    """The oldest images of a user beyond these bytes are moved to the trash."""
    keep_rated: bool = True
    """Rated images are kept; tagged, public and collected ones by the next three."""
    keep_tagged: bool = True
    keep_public: bool = True
    keep_collected: bool = True
    """Images that their owner added to a collection or marked as a favourite."""
    job_days: Days = 0.0
    """Ended jobs are deleted after this time; their images are kept."""
    event_days: Days = 365.0
    attempt_days: Days = 365.0
    batch_days: Days = 30.0
    """Batches of which every job was deleted."""
    worker_days: Days = 30.0
    """Workers without a heartbeat."""
    alert_days: Days = 365.0
    statistics_days: Days = 730.0
