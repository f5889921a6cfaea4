"""The key service on AWS KMS: Ed25519 keys that never leave it."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

PURE: Final = "ED25519_SHA_512"
"""KMS's name for Ed25519 as JWS means it; the other one signs a digest."""


class KmsSigner:
    """Implements `ports_badges.Signer` and `ports_badges.KeyMaker`."""

    def __init__(self, client: "KMSClient") -> None:
        self._client = client

    def public_key(self, key_arn: str) -> bytes:
        """The public half, in DER."""
        return self._client.get_public_key(KeyId=key_arn)["PublicKey"]

    def sign(self, key_arn: str, message: bytes) -> bytes:
        """Sign; a message of up to 4096 bytes, which a credential is far below."""
        reply = self._client.sign(KeyId=key_arn, Message=message, MessageType="RAW", SigningAlgorithm=PURE)
        return reply["Signature"]

    def make_like(self, key_arn: str) -> str:
        """Make a key with the policy of another one: the same role may sign with it, and nobody else."""
        policy = self._client.get_key_policy(KeyId=key_arn, PolicyName="default")["Policy"]
        made = self._client.create_key(
            KeySpec="ECC_NIST_EDWARDS25519",
            KeyUsage="SIGN_VERIFY",
            Policy=policy,
            Description="Signs the badges of Best Friends",
        )
        return made["KeyMetadata"]["Arn"]

    def discard(self, key_arn: str) -> None:
        """Have it deleted after the shortest time that KMS allows."""
        self._client.schedule_key_deletion(KeyId=key_arn, PendingWindowInDays=7)
