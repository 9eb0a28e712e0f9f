"""Encrypt files of a backup with AES-256-GCM, in chunks, so that any size fits into memory.

A file is ``GNB1``, a salt of 32 bytes, and chunks of 1 MiB of plain text, each followed by its tag.
The key of a file is derived from the backup key and its salt. The nonce of a chunk is its number
and whether it is the last one, so that chunks cannot be removed, added, moved or cut off.
Source: Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and its Nonce-Reuse
Misuse-Resistance (the STREAM construction); RFC 5869 (HKDF).
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from genonaut.backup.errors import BackupDamagedError, BackupKeyError

KEY_BYTES = 32
CHUNK_BYTES = 1024 * 1024
_MAGIC = b"GNB1"
_SALT_BYTES = 32
_TAG_BYTES = 16
_HEADER_BYTES = len(_MAGIC) + _SALT_BYTES


class BackupKey:
    """The secret of a backup; its representation shows no secret."""

    def __init__(self, secret: bytes) -> None:
        """Use a secret of 32 random bytes."""
        self._content = _derived(secret, b"genonaut backup content")
        self._names = _derived(secret, b"genonaut backup names")
        self._manifest = _derived(secret, b"genonaut backup manifest")
        self.id = hmac.new(self._names, b"key id", hashlib.sha256).hexdigest()[:12]
        """Identifies the key without revealing it."""

    def __repr__(self) -> str:
        return f"BackupKey({self.id})"

    def name_of(self, sha256: str) -> str:
        """Return the name of the object with these contents; it does not reveal the hash."""
        return hmac.new(self._names, sha256.encode(), hashlib.sha256).hexdigest()

    def sign(self, data: bytes) -> str:
        """Return the authentication code of a manifest."""
        return hmac.new(self._manifest, data, hashlib.sha256).hexdigest()

    def encryptor(self) -> "Encryptor":
        """Return the encryption of one file."""
        salt = secrets.token_bytes(_SALT_BYTES)
        return Encryptor(AESGCM(_derived(self._content, b"file", salt)), _MAGIC + salt)

    def decryptor(self) -> "Decryptor":
        """Return the decryption of one file."""
        return Decryptor(self._content)


class Encryptor:
    """Encrypts one file; call ``update`` for each piece, then ``finish``."""

    def __init__(self, cipher: AESGCM, header: bytes) -> None:
        self._cipher = cipher
        self._header = header
        self._buffer = bytearray()
        self._number = 0

    def update(self, data: bytes) -> bytes:
        """Return what is to be written next."""
        self._buffer += data
        made = bytearray(self._header)
        self._header = b""
        # The last chunk has a mark, so one is kept back until there is more.
        while len(self._buffer) > CHUNK_BYTES:
            made += self._sealed(bytes(self._buffer[:CHUNK_BYTES]), is_last=False)
            del self._buffer[:CHUNK_BYTES]
        return bytes(made)

    def finish(self) -> bytes:
        """Return the last bytes."""
        made = self._header + self._sealed(bytes(self._buffer), is_last=True)
        self._header = b""
        return made

    def _sealed(self, chunk: bytes, *, is_last: bool) -> bytes:
        nonce = _nonce(self._number, is_last=is_last)
        self._number += 1
        return self._cipher.encrypt(nonce, chunk, None)


class Decryptor:
    """Decrypts one file; call ``update`` for each piece, then ``finish``.

    Every returned byte is authenticated; only ``finish`` proves that none is missing at the end.
    """

    def __init__(self, content_key: bytes) -> None:
        self._content_key = content_key
        self._cipher: AESGCM | None = None
        self._buffer = bytearray()
        self._number = 0

    def update(self, data: bytes) -> bytes:
        """Return the plain text of complete chunks.

        Raises:
            BackupDamagedError: the file was changed, or encrypted with another key.
        """
        self._buffer += data
        if self._cipher is None:
            if len(self._buffer) < _HEADER_BYTES:
                return b""
            self._read_header()
        plain = bytearray()
        size = CHUNK_BYTES + _TAG_BYTES
        while len(self._buffer) > size:
            plain += self._opened(bytes(self._buffer[:size]), is_last=False)
            del self._buffer[:size]
        return bytes(plain)

    def finish(self) -> bytes:
        """Return the rest of the plain text.

        Raises:
            BackupDamagedError: the file is truncated or was changed.
        """
        if self._cipher is None:
            raise BackupDamagedError("the file is truncated")
        return self._opened(bytes(self._buffer), is_last=True)

    def _read_header(self) -> None:
        header = bytes(self._buffer[:_HEADER_BYTES])
        if not header.startswith(_MAGIC):
            raise BackupDamagedError("the file is not encrypted as a backup")
        del self._buffer[:_HEADER_BYTES]
        self._cipher = AESGCM(_derived(self._content_key, b"file", header[len(_MAGIC) :]))

    def _opened(self, chunk: bytes, *, is_last: bool) -> bytes:
        assert self._cipher is not None  # noqa: S101 - for the type checker
        nonce = _nonce(self._number, is_last=is_last)
        self._number += 1
        try:
            return self._cipher.decrypt(nonce, chunk, None)
        except (InvalidTag, ValueError) as error:
            raise BackupDamagedError("the file is truncated or was changed") from error


def new_key_text() -> str:
    """Return the contents of a new key file."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() + "\n"


def read_key(path: Path) -> BackupKey:
    """Read a key file.

    Raises:
        BackupKeyError: it cannot be read or is not a key.
    """
    try:
        secret = base64.b64decode(path.read_bytes().strip(), validate=True)
    except OSError as error:
        raise BackupKeyError(f"cannot read the key {path}: {error.strerror}") from error
    except binascii.Error:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise BackupKeyError(
            f"{path} is not a backup key: make one with `genonaut backup key {path}`"
        )
    return BackupKey(secret)


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


def _derived(secret: bytes, info: bytes, salt: bytes | None = None) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=info).derive(secret)
