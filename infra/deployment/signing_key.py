"""Custom resource ``Custom::SigningKey``: makes the RSA key pair of the stream cookies.

The private half goes into the secret ``SecretId`` and nowhere else; the public half is the attribute ``PublicKey``. A key is
made once, when the resource is created: to have another one, a second resource takes over and the first is deleted.
"""

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat, load_pem_private_key

from infra.deployment.custom_resource import Event, answer
from matinee import aws

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

KEY_BITS = 2048  # the only size that CloudFront takes for RSA


def lambda_handler(event: Event, context: "LambdaContext | None") -> None:  # noqa: ARG001 - the platform's signature
    """Make the pair, or say again what its public half is."""
    secret_id = event["ResourceProperties"]["SecretId"]

    def make() -> dict[str, str]:
        match event["RequestType"]:
            case "Create":
                key = generate_private_key(public_exponent=65537, key_size=KEY_BITS)
                pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
                aws.secretsmanager().put_secret_value(SecretId=secret_id, SecretString=pem)
            case "Update":
                pem = aws.secretsmanager().get_secret_value(SecretId=secret_id)["SecretString"]
            case _:  # the secret is deleted by itself
                return {}
        return {"PublicKey": public_half(pem)}

    answer(event, secret_id, make)


def public_half(pem: str) -> str:
    """The public key of a private one, both as PEM."""
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("the signing key is not an RSA key")
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
