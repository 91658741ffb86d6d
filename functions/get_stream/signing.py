"""The RSA key that signs stream cookies."""

from collections.abc import Callable
from functools import lru_cache

from matinee.secrets import read_secret
from matinee.settings import StreamSettings, settings


def signer() -> Callable[[bytes], bytes]:
    """What makes RSA-SHA1 signatures (PKCS #1 v1.5): CloudFront knows no other. The key follows a rotation of its secret."""
    return _signer(read_secret(settings(StreamSettings).signing_key_secret_id))


@lru_cache(maxsize=2)  # the present key, and the one before while a rotation is under way
def _signer(pem: str) -> Callable[[bytes], bytes]:
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.hashes import SHA1
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("the signing key must be an RSA key")

    @lru_cache(maxsize=1024)  # of as many sessions as are watched at once; the same text always has the same signature
    def sign(data: bytes) -> bytes:
        return key.sign(data, PKCS1v15(), SHA1())  # noqa: S303 - CloudFront's signed cookies are RSA-SHA1

    return sign
